import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigError, readConfig, readDevelopmentConfig } from '../../src/config.js';
import { configVariables } from '../../src/config-variables.js';
import { defaultOperations } from '../../src/operations-config.js';

describe('the variables of the configuration', () => {
  it('stand in the table of the README, each once, and no other', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const rows = readme
      .split('\n')
      .flatMap((line) => /^\| `(MUSTER_\w+|EVENT_STORE_URL)` \|/.exec(line)?.[1] ?? []);
    expect(rows).to.deep.equal([...configVariables]);
  });

  it('are the only ones: a misspelt one is refused with the name that was meant', () => {
    const problems = problemsOf({ MUSTER_ERASURE_LEGDER: '/x', MUSTER_PORT_4000_TCP: 'tcp://10.0.0.1' });
    expect(problems).to.have.lengthOf(2);
    expect(problems[0]).to.include('MUSTER_ERASURE_LEGDER').and.to.include('mean MUSTER_ERASURE_LEDGER?');
    expect(problems[1]).to.include('MUSTER_PORT_4000_TCP').and.to.include('enableServiceLinks');
    expect(problemsOf({ MUSTER_TEST_COMPILED: '1', PATH: '/bin' })).to.deep.equal([]);
  });

  it('of a shared log are an address and the vault that its nodes share; neither shows a password', () => {
    const vault = { MUSTER_KEY_VAULT_URL: 'file:///srv/muster/vault.sqlite' };
    const cluster = { EVENT_STORE_URL: 'esdb://127.0.0.1:2113?tls=false' };
    const auth = { MUSTER_ISSUER: 'https://id.example.com/', MUSTER_AUDIENCE: 'muster' };
    const keys = { MUSTER_JWKS_URL: 'https://id.example.com/jwks' };
    expect(readConfig({ ...auth, ...keys, ...cluster, ...vault })).to.include({
      eventStoreUrl: cluster.EVENT_STORE_URL,
      keyVaultUrl: vault.MUSTER_KEY_VAULT_URL,
    });
    const refused = (env: Readonly<Record<string, string>>) => {
      try {
        readConfig({ ...auth, ...keys, ...env });
      } catch (error) {
        return (error as Error).message;
      }
      return 'taken';
    };
    expect(refused(cluster)).to.match(/MUSTER_KEY_VAULT_URL is not set, but EVENT_STORE_URL is/);
    const wrong = refused({ ...vault, EVENT_STORE_URL: 'http://muster:secret@es1:2113' });
    expect(wrong)
      .to.match(/EVENT_STORE_URL: .* must look like esdb:/)
      .and.not.to.include('secret');
    const withoutCa = 'esdb://muster:secret@es1:2113?tlsCAFile=/nowhere/ca.crt';
    expect(refused({ ...vault, EVENT_STORE_URL: withoutCa }))
      .to.match(/EVENT_STORE_URL: .* \/nowhere\/ca\.crt as tlsCAFile/)
      .and.not.to.include('secret');
    expect(() => readDevelopmentConfig({ ...cluster, ...vault })).to.throw(
      /EVENT_STORE_URL is not for --dev/,
    );
  });

  it('of operations have a default, a range, and a message that names both ends', () => {
    expect(readDevelopmentConfig({}).operations).to.deep.equal(defaultOperations);
    const told = {
      MUSTER_METRICS_PORT: '9464',
      MUSTER_METRICS_HOST: '0.0.0.0',
      MUSTER_READY_LAG_SECONDS: '2',
      MUSTER_DRAIN_SECONDS: '7',
      MUSTER_MAX_WAITING: '50',
      MUSTER_MAX_WAITING_PER_ACCOUNT: '10',
      MUSTER_MAX_REQUEST_MB: '3',
    };
    expect(readDevelopmentConfig(told).operations).to.deep.equal({
      metrics: { host: '0.0.0.0', port: 9464 },
      readyLagMs: 2_000,
      drainMs: 7_000,
      limits: { waiting: 50, waitingPerAccount: 10, requestBytes: 3_000_000 },
    });
    const wrong = Object.fromEntries(
      Object.keys(told)
        .filter((name) => name !== 'MUSTER_METRICS_HOST')
        .map((name) => [name, '-1']),
    );
    const problems = problemsOf(wrong);
    expect(problems).to.have.lengthOf(6);
    for (const problem of problems)
      expect(problem).to.match(/^MUSTER_\w+ must be a whole number from \d+ to \d+/);
  });

  it('keep the metrics off the port of the API', () => {
    expect(problemsOf({ MUSTER_METRICS_PORT: '4000' })[0]).to.include('another port than MUSTER_PORT');
    expect(problemsOf({ MUSTER_METRICS_PORT: '0', MUSTER_PORT: '0' })).to.deep.equal([]);
  });

  it('are all told of at once, those of tokens with the others', () => {
    expect(() => readConfig({ MUSTER_PROT: '1', MUSTER_DRAIN_SECONDS: 'x' }))
      .to.throw(ConfigError)
      .with.property('problems')
      .with.lengthOf(5);
  });
});

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readDevelopmentConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
