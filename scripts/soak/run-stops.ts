import { setTimeout as delay } from 'node:timers/promises';
import { openCore } from '../../src/core.js';
import { openDataFolder } from '../../src/data-folder.js';
import { type MusterChild, startMusterChild } from '../child/muster-child.js';
import { newTokenIssuer } from '../child/token-issuer.js';
import { commandLineCore } from '../cli/environment.js';
import { randomMutation } from './random-mutation.js';
import type { Acknowledged } from './soak-client.js';
import { brokenPromises } from './soak-oracle.js';
import { makeSoakWorld, type SoakWorld } from './soak-world.js';
import { followUntilClosed, type Sent, StopClient } from './stop-client.js';

export interface StopsOptions {
  /** Empty, or not there yet. */
  readonly dataDir: string;
  readonly stops: number;
  readonly random: () => number;
  readonly onProgress?: (stops: number) => void;
}

export interface StopsReport {
  readonly stops: number;
  /** Requests by what became of them. */
  readonly answered: number;
  readonly refused: number;
  readonly closed: number;
  readonly notConnected: number;
  /** What became of those that were answered. */
  readonly applied: number;
  readonly rejected: number;
  /** It was so already. */
  readonly unchanged: number;
  /** From SIGTERM to the end of the process, in milliseconds. */
  readonly slowestExitMs: number;
  readonly medianExitMs: number;
  /** Promises not kept; empty is the only good answer. */
  readonly broken: readonly string[];
}

const CLIENTS = 16;
const SUBJECT = 'soak-root';
const FEWEST_ANSWERS = 50;
const LONGEST_LIFE_MS = 400;
const LONGEST_EXIT_MS = 10_000;
const GOING_AWAY = 1001;
const ANSWERED = 'a request was answered';
/** As the server logs an answer that nobody was there to take. */
const CLIENT_GONE = 499;

/**
 * Tells a real server under load to stop, again and again. A request counts as accepted when the server has read its
 * head. Each of those must be answered: the server's log must name as many answers as the clients got, and none that
 * went nowhere. A request whose connection ends without an answer was not accepted, so nothing may have been done for
 * it; and nothing is sent twice, so that nothing hides behind a repetition.
 */
export async function runStops(options: StopsOptions): Promise<StopsReport> {
  const { dataDir, stops, random, onProgress } = options;
  const issuer = newTokenIssuer();
  const core = await openCore(commandLineCore(dataDir));
  const { newId } = commandLineCore(dataDir).environment;
  const world = await makeSoakWorld(core.application, { issuer: issuer.issuer, subject: SUBJECT, newId });
  await core.close();
  const token = await issuer.tokenFor(SUBJECT);
  const env = { ...issuer.env, MUSTER_LOG_LEVEL: 'debug', MUSTER_METRICS_PORT: '0' };

  const sent: Sent[] = [];
  const exitsMs: number[] = [];
  const broken: string[] = [];
  for (let stop = 1; stop <= stops; stop += 1) {
    const round = await runRound({ dataDir, env, token, world, random, stop });
    sent.push(...round.sent);
    exitsMs.push(round.exitMs);
    broken.push(...round.broken.map((what) => `stop ${stop}: ${what}`));
    onProgress?.(stop);
  }
  const acknowledged = sent.flatMap((one) => (one.end === 'ANSWERED' ? [one.acknowledged] : []));
  const folder = openDataFolder({ path: dataDir, mode: 'read' });
  broken.push(...(await brokenPromises(folder, acknowledged)));
  const count = (end: Sent['end']) => sent.filter((one) => one.end === end).length;
  const countOutcome = (wanted: Acknowledged['outcome']) =>
    acknowledged.filter(({ outcome }) => outcome === wanted).length;
  exitsMs.sort((a, b) => a - b);
  return {
    stops,
    answered: count('ANSWERED'),
    refused: count('REFUSED'),
    closed: count('CLOSED'),
    notConnected: count('NOT_CONNECTED'),
    applied: countOutcome('APPLIED'),
    rejected: countOutcome('REJECTED'),
    unchanged: countOutcome('UNCHANGED'),
    slowestExitMs: Math.round(exitsMs.at(-1) ?? 0),
    medianExitMs: Math.round(exitsMs[Math.floor(exitsMs.length / 2)] ?? 0),
    broken,
  };
}

interface Round {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
  readonly world: SoakWorld;
  readonly random: () => number;
  readonly stop: number;
}

async function runRound({ dataDir, env, token, world, random, stop }: Round) {
  const told = { answers: 0, gone: 0 };
  let exit: { readonly code: number | null; readonly atMs: number } | null = null;
  const server = await startMusterChild({
    dataDir,
    env,
    onSpawn: (child) =>
      child.once('exit', (code) => {
        exit = { code, atMs: performance.now() };
      }),
    onLine: (line) => {
      const status = answerIn(line);
      if (status === CLIENT_GONE) told.gone += 1;
      else if (status !== null) told.answers += 1;
    },
  });
  const follower = followUntilClosed(server.url, { token, accountId: world.accounts[0]?.accountId ?? '' });
  await follower.opened;
  const sent: Sent[] = [];
  const clients = Array.from({ length: CLIENTS }, (_, client) =>
    sendUntilGone({
      server,
      token,
      sent,
      next: (n) => randomMutation(world, random, `${stop}-${client}-${n}`),
    }),
  );
  while (sent.length < FEWEST_ANSWERS) await delay(1);
  await delay(random() * LONGEST_LIFE_MS);
  const signalledMs = performance.now();
  await server.end('SIGTERM');
  await Promise.all(clients);
  const closeCode = await follower.closed;
  // Assigned by a listener, which the compiler does not see.
  const ended = exit as { readonly code: number | null; readonly atMs: number } | null;
  const exitMs = (ended?.atMs ?? Number.POSITIVE_INFINITY) - signalledMs;
  const received = sent.filter(({ end }) => end !== 'CLOSED' && end !== 'NOT_CONNECTED').length;
  const broken = [
    ...sent.flatMap((one) => (one.end === 'WRONG' ? [one.why] : [])),
    ...(ended?.code === 0 ? [] : [`it ended with ${ended?.code}`]),
    ...(exitMs <= LONGEST_EXIT_MS ? [] : [`it took ${Math.round(exitMs)} ms to end`]),
    ...(told.gone === 0 ? [] : [`${told.gone} requests were accepted and not answered`]),
    ...(told.answers === received ? [] : [`${told.answers} answers were sent, ${received} came`]),
    ...(closeCode === GOING_AWAY ? [] : [`the subscription was closed with ${closeCode}`]),
  ];
  return { sent, exitMs, broken };
}

interface Sending {
  readonly server: MusterChild;
  readonly token: string;
  readonly sent: Sent[];
  readonly next: (n: number) => ReturnType<typeof randomMutation>;
}

/** Goes on until nobody listens any more. */
async function sendUntilGone({ server, token, sent, next }: Sending): Promise<void> {
  const client = new StopClient(token);
  for (let n = 0; ; n += 1) {
    const one = await client.send(server.url, next(n));
    sent.push(one);
    if (one.end === 'NOT_CONNECTED' || one.end === 'WRONG') break;
  }
  client.close();
}

/** The status of an answer that a line of the server's log tells of; null for any other line. */
function answerIn(line: string): number | null {
  if (!line.startsWith('{') || !line.includes(ANSWERED)) return null;
  return (JSON.parse(line) as { readonly status: number }).status;
}
