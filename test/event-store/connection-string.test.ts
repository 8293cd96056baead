import { expect } from 'chai';
import { parseConnectionString } from '../../src/event-store/eventstoredb/connection-string.js';
import { EventStoreDbError } from '../../src/event-store/eventstoredb/eventstoredb-error.js';

describe('the connection string of an EventStoreDB cluster', () => {
  it('names hosts, credentials and options', () => {
    expect(
      parseConnectionString(
        'esdb://muster:p%40ss@n1:2111,n2,[::1]:2113?tlsCAFile=%2Fetc%2Fca.crt&nodePreference=leader&gossipTimeout=3',
      ),
    ).to.deep.equal({
      hosts: [
        { address: 'n1', port: 2111 },
        { address: 'n2', port: 2113 },
        { address: '[::1]', port: 2113 },
      ],
      discover: false,
      tls: true,
      tlsCaFile: '/etc/ca.crt',
      credentials: { username: 'muster', password: 'p@ss' },
      tuning: { gossipTimeout: 3 },
    });
  });

  it('may stand for all nodes by one DNS name, and for a server without TLS and users', () => {
    expect(parseConnectionString('kurrentdb+discover://cluster/?tls=false')).to.deep.include({
      hosts: [{ address: 'cluster', port: 2113 }],
      discover: true,
      tls: false,
      credentials: null,
    });
  });

  for (const [what, url, problem] of [
    ['another scheme', 'https://u:secret@n1:2113', /must look like/],
    ['no host', 'esdb://u:secret@?tls=false', /must look like/],
    ['a host that is none', 'esdb://u:secret@n1:port', /host:port, not "n1:port"/],
    ['several DNS names', 'esdb+discover://u:secret@n1,n2', /one host only/],
    ['TLS without a user', 'esdb://n1:2113', /user:password@/],
    ['an unknown option', 'esdb://u:secret@n1?tlsVerifyCert=false', /does not take: "tlsVerifyCert"/],
    ['another preference', 'esdb://u:secret@n1?nodePreference=follower', /nodePreference=leader/],
    ['an option that is no number', 'esdb://u:secret@n1?gossipTimeout=soon', /whole number/],
    ['an option that is neither true nor false', 'esdb://u:secret@n1?tls=no', /true or false/],
    ['a password that is not encoded', 'esdb://u:secret%@n1', /percent-encoded/],
  ] as const)
    it(`is refused with ${what}, without showing the password`, () => {
      expect(() => parseConnectionString(url))
        .to.throw(EventStoreDbError, problem)
        .with.property('message')
        .that.does.not.contain('secret');
    });
});
