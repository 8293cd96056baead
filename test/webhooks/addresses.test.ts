import { BlockList } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { allowedPrivateFrom, isAllowedPrivate, isPublic } from '../../src/webhooks/addresses.js';

describe('addresses that webhooks go to', () => {
  const notPublic = [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:a00:1::',
    'localhost',
    '',
  ];
  for (const address of notPublic)
    it(`are not ${JSON.stringify(address)}`, () => expect(isPublic(address)).to.equal(false));

  for (const address of [
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '2606:4700::1111',
  ])
    it(`may be ${address}`, () => expect(isPublic(address)).to.equal(true));

  it('are never an IPv4 address dressed up as IPv6', () =>
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        expect(isPublic(`::ffff:${v4}`)).to.equal(false);
        expect(isPublic(`::${v4}`)).to.equal(false);
      }),
    ));

  it('may be private where the configuration lists them, and only there', () =>
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (range, address, bits) => {
        const listed = allowedPrivateFrom([`${range}/${bits}`, 'hooks.internal']);
        if ('wrong' in listed) throw new Error('a range was not taken');
        const expected = new BlockList();
        expected.addSubnet(range, bits, 'ipv4');
        expect(isAllowedPrivate('other.internal', address, listed.allowed)).to.equal(expected.check(address));
        expect(isAllowedPrivate('HOOKS.internal', address, listed.allowed)).to.equal(true);
      }),
    ));

  it('are listed by range or name; anything else is named', () => {
    const wrong = [
      '10.0.0.0/33',
      '10.0.0',
      'a b',
      'x/8',
      '1.2.3.4.5',
      'fc00::/129',
      '10.0.0.0/8/9',
      '10.0.0.0/',
    ];
    expect(allowedPrivateFrom(['10.0.0.0/8', '::1', ...wrong])).to.deep.equal({ wrong });
  });
});
