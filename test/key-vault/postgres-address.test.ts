import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { BadPostgresUrl, parsePostgresUrl } from '../../src/key-vault/postgres-address.js';

describe('the address of a PostgreSQL database', () => {
  it('names host, port, user, password and database; what a URL cannot hold is percent-encoded', () => {
    expect(parsePostgresUrl('postgres://muster:p%40ss%2Fword@localhost:5433/vault')).to.deep.equal({
      host: 'localhost',
      port: 5433,
      user: 'muster',
      password: 'p@ss/word',
      database: 'vault',
      tls: null,
    });
    expect(parsePostgresUrl('postgresql://muster@[::1]/vault')).to.include({ host: '::1', port: 5432 });
  });

  it('is one of a Unix socket with ?host=', () => {
    const address = parsePostgresUrl('postgres://muster@localhost/vault?host=/run/postgresql');
    expect(address).to.include({ host: '/run/postgresql', tls: null });
  });

  it('of another machine is taken with verified TLS, or where no TLS is asked for by name', () => {
    const far = 'postgres://muster:pw@db.example.com/vault';
    expect(() => parsePostgresUrl(far)).to.throw(BadPostgresUrl, /in clear: add \?sslmode=verify-full/);
    expect(parsePostgresUrl(`${far}?sslmode=verify-full`).tls).to.deep.equal({ ca: null });
    expect(parsePostgresUrl(`${far}?sslmode=disable`).tls).to.equal(null);
    const thisFile = fileURLToPath(import.meta.url);
    const { tls } = parsePostgresUrl(`${far}?sslmode=verify-full&sslrootcert=${thisFile}`);
    expect(tls?.ca).to.match(/the address of a PostgreSQL database/);
  });

  for (const [url, why] of [
    ['not a url pa55', /must be like postgres:/],
    ['mysql://muster:pa55@localhost/vault', /must be like postgres:/],
    ['postgres://:pa55@localhost/vault', /must name user, host and database/],
    ['postgres://muster:pa55@localhost', /must name user, host and database/],
    ['postgres://muster:pa55%zz@localhost/vault', /% that encodes nothing/],
    ['postgres://muster:pa55@localhost/vault?sslmod=verify-full', /has the parameter sslmod; known are/],
    ['postgres://muster:pa55@localhost/vault?sslmode=require', /must say sslmode=verify-full/],
    ['postgres://muster:pa55@localhost/vault?host=db.example.com', /only for the folder of a Unix socket/],
    ['postgres://muster:pa55@localhost/vault?sslrootcert=/ca.pem', /goes with sslmode=verify-full only/],
    [
      'postgres://muster:pa55@db/vault?sslmode=verify-full&sslrootcert=/not/there.pem',
      /cannot be read \(ENOENT\)/,
    ],
    ['postgres://muster:pa55@w/x@127.0.0.1:5432/vault', /@ : \/ # \? % .* must be percent-encoded/],
    ['postgres://muster:pa55@w/x@localhost/vault?sslmode=disable', /must be percent-encoded/],
    ['postgres://muster:pa55/x@localhost/vault', /must be percent-encoded/],
    ['postgres://muster:1?pa55@localhost/vault', /must be percent-encoded/],
    ['postgres://muster:pa55#x@localhost/vault', /must be percent-encoded/],
  ] as const)
    it(`is not ${url}, which is told without the password`, () => {
      expect(() => parsePostgresUrl(url))
        .to.throw(BadPostgresUrl, why)
        .with.property('message')
        .that.does.not.match(/pa55/);
    });
});
