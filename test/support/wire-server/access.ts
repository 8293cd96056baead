import type grpc from '@grpc/grpc-js';
import { accessDenied, notAuthenticated } from './rpc-errors.js';
import { isSystemStream, metadataStreamOf } from './stored-record.js';
import type { WireLog } from './wire-log.js';

export interface WireUser {
  readonly password: string;
  /** `$admins` may do everything. */
  readonly groups?: readonly string[];
}

/** By name. A node without users is insecure: everybody may do everything. */
export type WireUsers = Readonly<Record<string, WireUser>>;

type Right = '$r' | '$w' | '$mw';
type Acl = { readonly [right in Right]?: string | readonly string[] };

const EVERYBODY = '$all';
const ADMINS = '$admins';

/** @throws RpcError the name or the password is wrong, or what the caller may do does not include this */
export function authorise(
  log: WireLog,
  users: WireUsers | undefined,
  wanted: { readonly headers: grpc.Metadata; readonly stream: string; readonly right: '$r' | '$w' },
): void {
  if (!users) return;
  const roles = rolesOf(users, wanted.headers);
  // Streams are not open to the anonymous, as it is by default from server 24.
  if (!roles) throw accessDenied();
  if (roles.includes(ADMINS)) return;
  const ofMetadata = wanted.stream.startsWith('$$');
  const subject = ofMetadata ? wanted.stream.slice(2) : wanted.stream;
  const right = ofMetadata && wanted.right === '$w' ? '$mw' : wanted.right;
  if (!rolesWith(log, subject, right).some((role) => roles.includes(role))) throw accessDenied();
}

/** Missing for a caller without credentials. */
function rolesOf(users: WireUsers, headers: grpc.Metadata): readonly string[] | undefined {
  const [header] = headers.get('authorization');
  if (header === undefined) return undefined;
  const [name = '', password = ''] = Buffer.from(String(header).replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(/:(.*)/s);
  const user = users[name];
  if (user?.password !== password) throw notAuthenticated();
  return [name, EVERYBODY, ...(user.groups ?? [])];
}

function rolesWith(log: WireLog, stream: string, right: Right): readonly string[] {
  const own = lastJson(log, metadataStreamOf(stream))?.$acl as Acl | undefined;
  const kind = isSystemStream(stream) ? '$systemStreamAcl' : '$userStreamAcl';
  const ofKind = lastJson(log, '$settings')?.[kind] as Acl | undefined;
  return [own?.[right] ?? ofKind?.[right] ?? (isSystemStream(stream) ? ADMINS : EVERYBODY)].flat();
}

function lastJson(log: WireLog, stream: string): Readonly<Record<string, unknown>> | undefined {
  const last = log.stream(stream).at(-1);
  return last && (JSON.parse(last.data.toString('utf8')) as Readonly<Record<string, unknown>>);
}
