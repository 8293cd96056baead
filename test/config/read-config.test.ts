import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError, readConfig, readDevelopmentConfig } from '../../src/config.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const complete = {
  MUSTER_ISSUER: 'https://id.example.com/',
  MUSTER_AUDIENCE: 'muster',
  MUSTER_PUBLIC_KEY: pem,
};

describe('the configuration', () => {
  it('needs issuer, audience and a key, and says all that is missing at once', () => {
    const problems = problemsOf({});
    expect(problems).to.have.lengthOf(3);
    expect(problems[0]).to.match(/^MUSTER_ISSUER is not set/);
    expect(problems[1]).to.match(/^MUSTER_AUDIENCE is not set/);
    expect(problems[2]).to.include('MUSTER_JWKS_URL, MUSTER_PUBLIC_KEY, MUSTER_PUBLIC_KEY_FILE');
  });

  it('listens on port 4000 of every address and logs at level info, unless told otherwise', () => {
    expect(readConfig(complete)).to.include({ host: '0.0.0.0', port: 4000, logLevel: 'info' });
    const told = { MUSTER_HOST: '127.0.0.1', MUSTER_PORT: '0', MUSTER_LOG_LEVEL: 'debug' };
    expect(readConfig({ ...complete, ...told })).to.include({
      host: '127.0.0.1',
      port: 0,
      logLevel: 'debug',
    });
  });

  it('keeps keys in a PostgreSQL database where one is named, and tells no password of a wrong address', () => {
    const url = 'postgres://muster:pa55@localhost/vault';
    expect(readConfig(complete).keyVaultUrl).to.equal(null);
    expect(readConfig({ ...complete, MUSTER_KEY_VAULT_URL: url }).keyVaultUrl).to.equal(url);
    expect(readDevelopmentConfig({ MUSTER_KEY_VAULT_URL: url }).keyVaultUrl).to.equal(url);
    const [problem, ...others] = problemsOf({
      ...complete,
      MUSTER_KEY_VAULT_URL: 'postgres://muster:pa55@db.example.com/vault',
    });
    expect(problem).to.match(/^MUSTER_KEY_VAULT_URL leads to another machine/);
    expect(problem).not.to.include('pa55');
    expect(others).to.deep.equal([]);
  });

  it('takes a key as PEM, as PEM with written line ends, as JWK, or from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'muster-config-')), 'key.pem');
    writeFileSync(file, pem);
    const { MUSTER_PUBLIC_KEY: _, ...rest } = complete;
    for (const variables of [
      { MUSTER_PUBLIC_KEY: pem },
      { MUSTER_PUBLIC_KEY: pem.trim().replaceAll('\n', '\\n') },
      { MUSTER_PUBLIC_KEY: JSON.stringify(publicKey.export({ format: 'jwk' })) },
      { MUSTER_PUBLIC_KEY_FILE: file },
    ]) {
      const { auth } = readConfig({ ...rest, ...variables });
      expect(auth.keys.from).to.equal('PUBLIC_KEY');
      expect(auth.algorithms).to.deep.equal(['ES256']);
    }
  });

  it('never accepts a symmetric algorithm', () => {
    expect(problemsOf({ ...complete, MUSTER_ALGORITHMS: 'ES256,HS256,none' })[0]).to.include('HS256, none');
  });

  it('refuses a private key and says why', () => {
    const forms = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      JSON.stringify(privateKey.export({ format: 'jwk' })),
    ];
    for (const MUSTER_PUBLIC_KEY of forms)
      expect(problemsOf({ ...complete, MUSTER_PUBLIC_KEY })[0]).to.include('holds a private key');
  });

  it('refuses a shared secret as a JWK', () => {
    const MUSTER_PUBLIC_KEY = JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' });
    expect(problemsOf({ ...complete, MUSTER_PUBLIC_KEY })).to.have.lengthOf(1);
  });

  it('refuses two sources of keys, a missing file, and what is no key', () => {
    const { MUSTER_PUBLIC_KEY: _, ...rest } = complete;
    const both = { ...complete, MUSTER_JWKS_URL: 'https://id.example.com/jwks' };
    expect(problemsOf(both)[0]).to.include('MUSTER_JWKS_URL and MUSTER_PUBLIC_KEY are both set');
    expect(problemsOf({ ...rest, MUSTER_PUBLIC_KEY_FILE: '/no/such/file' })[0]).to.include('ENOENT');
    expect(problemsOf({ ...complete, MUSTER_PUBLIC_KEY: 'hello' })[0]).to.include('neither a PEM public key');
  });

  it('fetches keys over https only, except from this machine', () => {
    const { MUSTER_PUBLIC_KEY: _, ...rest } = complete;
    for (const url of ['https://id.example.com/jwks', 'http://127.0.0.1:8080/jwks', 'http://localhost/jwks'])
      expect(readConfig({ ...rest, MUSTER_JWKS_URL: url }).auth.keys.from).to.equal('JWKS_URL');
    for (const url of ['http://id.example.com/jwks', 'ftp://id.example.com/', 'jwks'])
      expect(problemsOf({ ...rest, MUSTER_JWKS_URL: url })[0]).to.include('https://');
  });

  it('refuses a port or a log level that is none', () => {
    for (const MUSTER_PORT of ['70000', '-1', '4000a', '1e3'])
      expect(problemsOf({ ...complete, MUSTER_PORT })[0]).to.match(/^MUSTER_PORT must be/);
    expect(problemsOf({ ...complete, MUSTER_LOG_LEVEL: 'loud' })[0]).to.match(
      /^MUSTER_LOG_LEVEL must be one of/,
    );
  });

  describe('of mail', () => {
    const mail = {
      MUSTER_SMTP_URL: 'smtp://user:secret@mail.example.com:587',
      MUSTER_MAIL_FROM: 'Müster <muster@example.com>',
      MUSTER_INVITATION_URL: 'https://portal.example.com/invitation#{token}',
    };

    it('is a folder, unless told otherwise', () =>
      expect(readConfig(complete).mail).to.deep.equal({
        via: 'FOLDER',
        from: { name: 'Muster', address: 'muster@muster.invalid' },
        invitationUrl: null,
      }));

    it('is a server, a sender and a page for invitations, in development too', () => {
      for (const config of [readConfig({ ...complete, ...mail }), readDevelopmentConfig(mail)]) {
        expect(config.mail).to.include({ via: 'SMTP', invitationUrl: mail.MUSTER_INVITATION_URL });
        expect(config.mail.from).to.deep.equal({ name: 'Müster', address: 'muster@example.com' });
        expect(config.mail).to.have.nested.property('server.shown', 'smtp://mail.example.com:587');
      }
    });

    it('takes sender and page for the folder as well', () => {
      const { MUSTER_SMTP_URL: _, ...rest } = mail;
      const config = readConfig({ ...complete, ...rest });
      expect(config.mail).to.include({ via: 'FOLDER', invitationUrl: mail.MUSTER_INVITATION_URL });
      expect(config.mail.from.address).to.equal('muster@example.com');
    });

    it('needs sender and page with a server, and says all that is missing at once', () => {
      const problems = problemsOf({ MUSTER_SMTP_URL: mail.MUSTER_SMTP_URL });
      expect(problems).to.have.lengthOf(5);
      expect(problems[3]).to.match(/^MUSTER_MAIL_FROM is not set/);
      expect(problems[4]).to.match(/^MUSTER_INVITATION_URL is not set/);
      expect(() => readDevelopmentConfig({ MUSTER_SMTP_URL: mail.MUSTER_SMTP_URL })).to.throw(ConfigError);
    });

    it('refuses what is no server, no sender or no page, with or without a server', () => {
      const wrong = { MUSTER_MAIL_FROM: 'Muster', MUSTER_INVITATION_URL: 'https://portal.example.com/' };
      expect(problemsOf({ ...complete, ...wrong })).to.have.lengthOf(2);
      const problems = problemsOf({ ...complete, ...wrong, MUSTER_SMTP_URL: 'user:secret@mail' });
      expect(problems).to.have.lengthOf(3);
      for (const name of ['MUSTER_SMTP_URL', 'MUSTER_MAIL_FROM', 'MUSTER_INVITATION_URL'])
        expect(
          problems.filter((problem) => problem.startsWith(`${name} must`)),
          name,
        ).to.have.lengthOf(1);
      expect(problems.join('\n')).not.to.include('secret');
    });

    it('sends the token of an invitation to one host, over https or within this machine', () => {
      for (const page of [
        'https://portal.example.com/invitation/{token}',
        'https://portal.example.com/?token={token}&from=mail',
        'http://localhost:4000/#{token}',
      ])
        expect(readConfig({ ...complete, MUSTER_INVITATION_URL: page }).mail.invitationUrl).to.equal(page);
      for (const page of [
        'http://portal.example.com/{token}',
        'https://{token}.example.com/',
        'https://portal.example.com:{token}/',
        'https://portal.example.com/{TOKEN}',
        'https://portal.example.com/ {token}',
        'javascript:{token}',
        '{token}',
      ])
        expect(problemsOf({ ...complete, MUSTER_INVITATION_URL: page }), page).to.have.lengthOf(1);
    });
  });

  it('shows no key in its messages', () => {
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const shown = problemsOf({ MUSTER_PUBLIC_KEY: secret }).join('\n');
    expect(shown).not.to.include(secret.split('\n')[1]);
  });
});

function problemsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
