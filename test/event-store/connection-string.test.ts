import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parseConnectionString } from '../../src/event-store/eventstoredb/connection-string.js';
import { EventStoreDbError } from '../../src/event-store/eventstoredb/eventstoredb-error.js';

describe('the connection string of an EventStoreDB cluster', () => {
  it('names hosts, credentials and options', () => {
    // Any file will do.
    const caFile = fileURLToPath(import.meta.url);
    expect(
      parseConnectionString(
        `esdb://muster:p%40ss@n1:2111,n2,[::1]:2113?tlsCAFile=${encodeURIComponent(caFile)}&nodePreference=leader&gossipTimeout=3`,
      ),
    ).to.deep.equal({
      hosts: [
        { address: 'n1', port: 2111 },
        { address: 'n2', port: 2113 },
        { address: '[::1]', port: 2113 },
      ],
      discover: false,
      tls: true,
      tlsAuthority: readFileSync(caFile),
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

  it('has the options that the README lists', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table = ''] = /\n\| option of the `esdb:\/\/` URL .*\n((?:\|.*\n)+)/.exec(readme) ?? [];
    const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(() => parseConnectionString('esdb://n1?tls=false&other=1'))
      .to.throw(EventStoreDbError)
      .with.property('message')
      .that.satisfies((message: string) => {
        const taken = message.split('it takes ')[1]?.replace('=leader', '').split(', ');
        expect(listed).to.deep.equal(taken);
        return true;
      });
  });

  for (const [what, url, problem] of [
    ['another scheme', 'https://u:secret@n1:2113', /must look like/],
    ['no host', 'esdb://u:secret@?tls=false', /must look like/],
    ['a host that is none', 'esdb://u:secret@n1:port', /host:port, not "n1:port"/],
    ['several DNS names', 'esdb+discover://u:secret@n1,n2', /one host only/],
    ['TLS without a user', 'esdb://n1:2113', /user:password@/],
    ['an unknown option', 'esdb://u:secret@n1?tlsVerifyCert=false', /does not take: "tlsVerifyCert"/],
    ['a CA file that is missing', 'esdb://u:secret@n1?tlsCAFile=/nowhere/ca', /\/nowhere\/ca .*\(ENOENT\)/],
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
