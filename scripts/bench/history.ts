import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCursor } from '../../schema/cursor.js';
import { newTokenIssuer } from '../child/token-issuer.js';
import type { BenchResult } from './bench-result.js';
import { startChild } from './child.js';
import type { HistoryServerReady, HistoryWorld } from './history-server.js';
import { LoadConnection, median, requestBytes } from './http-load.js';
import { expectText } from './switching.js';

const SIZES = [10_000, 1_000_000] as const;
const MEMBERS = 1_000;
const FROM = Date.parse('2024-01-01T00:00:00.000Z');
const TO = Date.parse('2026-01-01T00:00:00.000Z');
const SHARES = [0.01, 0.5, 0.99] as const;
const WARM_UP = 20;
const REQUESTS = 200;

/** One page that is asked for in the short history and in the long one. */
interface Question {
  readonly name: string;
  readonly query: string;
  /** By the length of the history. */
  readonly variables: (events: number) => object;
  /** What every answer has in it. */
  readonly expected: string;
}

const momentAt = (share: number): string => new Date(FROM + share * (TO - FROM)).toISOString();

const USERS_THEN = `query ($id: ID!, $asOf: AsOfInput) { account(id: $id) { users(first: 50, asOf: $asOf) {
  nodes { id userId status role kind permissions since } pageInfo { hasNextPage endCursor } } } }`;
const AUDIT = `query ($id: ID!, $after: String, $filter: AuditLogFilter) {
  auditLog(accountId: $id, first: 50, after: $after, filter: $filter) {
    nodes { position type occurredAt recordedAt subject { id } data } pageInfo { hasNextPage endCursor } } }`;

const usersThen: readonly Question[] = SHARES.flatMap((share) => {
  const at = momentAt(share);
  const page = { query: USERS_THEN, expected: '"status":"ACTIVE"' };
  return [
    { ...page, name: `${share * 100} %`, variables: () => ({ asOf: { at } }) },
    { ...page, name: `${share * 100} % as known then`, variables: () => ({ asOf: { at, knownAt: at } }) },
  ];
});

const auditPage = { query: AUDIT, expected: '"hasNextPage":true' };
const auditPages: readonly Question[] = [
  { ...auditPage, name: 'newest', variables: () => ({}) },
  {
    ...auditPage,
    name: 'middle',
    variables: (events) => ({ after: encodeCursor('audit-log', [Math.round(events / 2)]) }),
  },
  {
    ...auditPage,
    name: 'by type before the middle',
    variables: () => ({ filter: { types: ['UserAdded'], to: momentAt(0.5) } }),
  },
];

/** A page of people as of early, middle and late moments, by today's knowledge and by that of then. */
export const benchAsOf = (): Promise<BenchResult> =>
  compareHistories(
    'asof',
    usersThen,
    'the depth of the indexes, and pages of files that the cache does not hold',
  );

/** A page of the audit log: the newest, from the middle, and filtered. */
export const benchAudit = (): Promise<BenchResult> =>
  compareHistories('audit', auditPages, 'the depth of the indexes, and rows that lie apart');

async function compareHistories(
  name: string,
  questions: readonly Question[],
  limits: string,
): Promise<BenchResult> {
  const costs = await withHistory(SIZES[0], (short) =>
    withHistory(SIZES[1], (long) => costsOf([short, long], questions)),
  );
  const ratios = costs.map(([short, long]) => long / short);
  const ratio = Math.max(...ratios);
  const [floor, value] = costs[ratios.indexOf(ratio)] ?? [Number.NaN, Number.NaN];
  const each = questions.map(({ name: one }, i) => `${one} ${costs[i]?.map(inMs).join(' → ')}`);
  return {
    name,
    ratio,
    target: 3,
    value,
    floor,
    unit: 'ms (p50)',
    note:
      `A page of 50 over HTTP, of one account of about ${MEMBERS.toLocaleString('en')} members with ` +
      `${SIZES.map((size) => size.toLocaleString('en')).join(' and ')} events; the worst of: ${each.join(', ')}. ` +
      `Floor: the short history. Limits: ${limits}.`,
  };
}

const inMs = (p50: number): string => `${p50.toFixed(2)} ms`;

interface History {
  readonly events: number;
  readonly accountId: string;
  readonly endpoint: string;
  readonly bytes: (query: string, variables: object) => Buffer;
}

/** Both histories in turn, request by request: whatever else the machine does falls on both. */
async function costsOf(
  [short, long]: readonly [History, History],
  questions: readonly Question[],
): Promise<readonly (readonly [short: number, long: number])[]> {
  // Only now: a server closes a connection that idles while the other history is still being built.
  const connections = [
    await LoadConnection.open(short.endpoint),
    await LoadConnection.open(long.endpoint),
  ] as const;
  const sides = [
    { ...short, connection: connections[0] },
    { ...long, connection: connections[1] },
  ];
  const costs: [number, number][] = [];
  for (const { query, variables, expected } of questions) {
    const latencies: readonly [number[], number[]] = [[], []];
    for (let n = 0; n < WARM_UP + REQUESTS; n += 1)
      for (const [i, { events, accountId, connection, bytes }] of sides.entries()) {
        const request = bytes(query, { id: accountId, ...variables(events) });
        const asked = performance.now();
        expectText(await connection.ask(request), expected);
        if (n >= WARM_UP) latencies[i]?.push(performance.now() - asked);
      }
    costs.push([median(latencies[0]), median(latencies[1])]);
  }
  for (const connection of connections) connection.close();
  return costs;
}

/** A server over a history of its own, gone afterwards. */
async function withHistory<T>(events: number, use: (history: History) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-history-'));
  const issuer = newTokenIssuer();
  const owner = { issuer: issuer.issuer, subject: 'bench' };
  const world: HistoryWorld = { dataDir, events, members: MEMBERS, from: FROM, to: TO, owner };
  try {
    const server = await startChild<HistoryServerReady>('history-server', world, issuer.env);
    try {
      const endpoint = `${server.ready.url}/graphql`;
      const token = await issuer.tokenFor(owner.subject);
      const bytes = (query: string, variables: object) => requestBytes(endpoint, token, { query, variables });
      return await use({ events, accountId: server.ready.accountId, endpoint, bytes });
    } finally {
      await server.end();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
