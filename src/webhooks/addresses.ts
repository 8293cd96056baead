import { BlockList, isIP } from 'node:net';

/** Where webhooks may go besides the public internet, and there over http too: hosts by name, ranges of addresses. */
export interface AllowedPrivate {
  readonly hosts: ReadonlySet<string>;
  readonly ranges: BlockList;
  readonly hasRanges: boolean;
}

export const nothingPrivate: AllowedPrivate = { hosts: new Set(), ranges: new BlockList(), hasRanges: false };

/** Addresses of IPv4 that are nobody's in public: this network, private, carrier NAT, loopback, link-local (metadata services), protocol, documentation, relays, benchmarks, multicast, reserved. */
const notPublicV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Inside 2000::/3, which is all that is public of IPv6: protocol (Teredo too), documentation, and 6to4, which hides an IPv4 address. */
const notPublicV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const privateV4 = blockList(notPublicV4, 'ipv4');
const privateV6 = blockList(notPublicV6, 'ipv6');
const globalV6 = blockList([['2000::', 3]], 'ipv6');

/** IPv4-mapped, NAT64, loopback, unique local and link-local addresses of IPv6 lie outside of what is public. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateV4.check(address, 'ipv4');
    case 6:
      return globalV6.check(address, 'ipv6') && !privateV6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** The configuration lists the host, or a range that the address is in. */
export function isAllowedPrivate(host: string, address: string, { hosts, ranges }: AllowedPrivate): boolean {
  const family = isIP(address);
  return (
    hosts.has(host.toLowerCase()) || (family !== 0 && ranges.check(address, family === 4 ? 'ipv4' : 'ipv6'))
  );
}

/** From a list like `10.1.0.0/16, ::1/128, hooks.internal`; `wrong` names what is neither. */
export function allowedPrivateFrom(
  entries: readonly string[],
): { readonly allowed: AllowedPrivate } | { readonly wrong: readonly string[] } {
  const hosts = new Set<string>();
  const ranges = new BlockList();
  const wrong: string[] = [];
  for (const entry of entries) {
    const [address = '', bits, more] = entry.split('/');
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family !== 0 && prefix <= most && more === undefined)
      ranges.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
    else if (bits === undefined && HOST.test(entry)) hosts.add(entry.toLowerCase());
    else wrong.push(entry);
  }
  return wrong.length > 0 ? { wrong } : { allowed: { hosts, ranges, hasRanges: ranges.rules.length > 0 } };
}

/** Not all digits in the last label: that would be an address. */
const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

function blockList(ranges: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, family);
  return list;
}
