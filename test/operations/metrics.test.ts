import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { configVariables } from '../../src/config-variables.js';
import { MetricsPortUnusable } from '../../src/operations/metrics-server.js';
import { inTemporaryFolder } from '../cli/run-muster.js';
import { rejectionOf } from '../event-store/sample-events.js';
import { accountWorld } from '../support/account-world.js';
import { subscribeLive } from '../support/live-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { until } from '../support/until.js';

describe('the metrics', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster({ operations: { metrics: { host: '127.0.0.1', port: 0 } } });
  });
  after(() => muster.close());

  it('are served at a port of their own, never by the API', async () => {
    expect(muster.metricsUrl).to.match(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(new URL(muster.metricsUrl ?? '').port).not.to.equal(new URL(muster.url).port);
    expect((await fetch(`${muster.url}/metrics`)).status).to.equal(404);
    expect((await fetch(String(muster.metricsUrl).replace('/metrics', '/'))).status).to.equal(404);
  });

  it('are nowhere unless asked for', async () => {
    const quiet = await startMuster();
    expect(quiet.metricsUrl).to.equal(null);
    await quiet.close();
  });

  it('are refused at a port that is taken before anything else is begun, with the variable to change', async () => {
    const port = Number(new URL(muster.metricsUrl ?? '').port);
    const operations = { metrics: { host: '127.0.0.1', port } };
    await inTemporaryFolder(async (dataDir) => {
      const refused = await rejectionOf(startMuster({ dataDir, operations }));
      expect(refused).to.be.instanceOf(MetricsPortUnusable);
      expect(String(refused)).to.contain('EADDRINUSE').and.contain('MUSTER_METRICS_PORT');
      expect(readdirSync(dataDir)).to.deep.equal([]);
    });
  });

  it('count what is asked, decided, appended and projected', async () => {
    const before = await scrape(muster);
    const { accountId, olga } = await accountWorld(muster);
    await olga.client.mutate('createGroup', { accountId, name: 'Group Canary' });
    await olga.client.mutate('createGroup', { accountId, name: 'Group Canary' });
    await olga.client.query('{ viewer { user { id } } }');
    await muster.client({ subject: 'x' }).then((client) => client.send('{ nonsense }'));
    await fetch(`${muster.url}/graphql`, { method: 'POST' });
    const after = await scrape(muster);
    const grown = (sample: string) => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
    expect(grown('muster_http_requests_total{operation="mutation",status="200"}')).to.be.greaterThan(1);
    expect(grown('muster_http_requests_total{operation="query",status="200"}')).to.be.greaterThan(0);
    expect(grown('muster_http_requests_total{operation="none",status="401"}')).to.equal(1);
    expect(grown('muster_commands_total{outcome="APPLIED"}')).to.be.greaterThan(1);
    expect(grown('muster_events_appended_total{type="GroupCreated"}')).to.equal(1);
    expect(grown('muster_append_duration_seconds_count')).to.be.greaterThan(1);
    expect(grown('muster_http_request_duration_seconds_count{operation="mutation"}')).to.be.greaterThan(1);
    expect(after.get('muster_projection_position')).to.be.greaterThan(0);
    expect(after.get('muster_projection_failed')).to.equal(0);
    expect(after.get('muster_ready')).to.equal(1);
    for (const name of ['mail', 'deadlines', 'scheduled ends'])
      expect(after.has(`muster_process_manager_backlog{manager="${name}"}`), name).to.equal(true);
    for (const name of [
      'muster_log_position',
      'muster_projection_lag_events',
      'muster_projection_lag_seconds',
      'muster_mutations_waiting',
      'muster_commands_waiting',
      'muster_append_conflicts_total',
      'muster_key_vault_cache_hits_total',
      'muster_key_vault_cache_misses_total',
      'muster_subscriptions',
      'muster_webhooks_failing',
      'muster_webhook_dead_letters',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ])
      expect(after.has(name), name).to.equal(true);
  });

  it('count sockets and subscriptions while they are open', async () => {
    const { accountId, olga } = await accountWorld(muster);
    const live = await subscribeLive({ url: muster.url, token: olga.client.token, accountId });
    await until(async () => (await scrape(muster)).get('muster_subscriptions') === 1);
    expect((await scrape(muster)).get('muster_live_connections')).to.equal(1);
    await live.stop();
    await until(async () => (await scrape(muster)).get('muster_live_connections') === 0);
  });

  it('bear labels from closed lists only: no id, no name, no address', async () => {
    const { accountId, olga } = await accountWorld(muster);
    await olga.client.mutate('addUser', {
      accountId,
      person: { email: 'ann.canary@example.com', name: 'Ann Canary' },
      role: 'CONTRIBUTOR',
    });
    const text = await textOf(muster);
    expect(text).not.to.match(/canary|@|[0-9a-f]{8}-[0-9a-f]{4}-/i);
    const labels = new Set([...text.matchAll(/(\w+)="/g)].map(([, label]) => label));
    expect([...labels].filter((label) => !known.includes(label ?? ''))).to.deep.equal([]);
    expect(text.split('\n').length).to.be.lessThan(1_000);
  });

  it('are told where by variables of their own', () =>
    expect(configVariables).to.include.members(['MUSTER_METRICS_HOST', 'MUSTER_METRICS_PORT']));
});

/** Ours, and those of prom-client's own metrics. */
const known = [
  'operation',
  'status',
  'le',
  'outcome',
  'result',
  'type',
  'manager',
  'kind',
  'space',
  'version',
  'major',
  'minor',
  'patch',
];

const textOf = async ({ metricsUrl }: TestMuster): Promise<string> =>
  (await fetch(String(metricsUrl))).text();

/** By name with labels, as they stand in the text. */
async function scrape(muster: TestMuster): Promise<ReadonlyMap<string, number>> {
  const lines = (await textOf(muster)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
