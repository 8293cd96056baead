import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { openCore } from '../../src/core.js';
import { openDataFolder } from '../../src/data-folder.js';
import { type MusterChild, startMusterChild } from '../child/muster-child.js';
import { newTokenIssuer } from '../child/token-issuer.js';
import { commandLineCore } from '../cli/environment.js';
import { randomMutation } from './random-mutation.js';
import { type Acknowledged, acknowledge, type SoakServer } from './soak-client.js';
import { brokenPromises } from './soak-oracle.js';
import { makeSoakWorld } from './soak-world.js';

export interface SoakOptions {
  /** Empty, or not there yet. */
  readonly dataDir: string;
  readonly kills: number;
  /** From 0 to below 1; the moments of death and the commands hang on it. */
  readonly random: () => number;
  readonly onProgress?: (kills: number) => void;
}

export interface SoakReport {
  readonly kills: number;
  /** Of these, while the server was starting. */
  readonly killsAtStart: number;
  readonly acknowledged: number;
  readonly applied: number;
  readonly rejected: number;
  /** It was so already. */
  readonly unchanged: number;
  /** Answers that died with the server, and were asked for again. */
  readonly lostAnswers: number;
  readonly events: number;
  /** Promises not kept; empty is the only good answer. */
  readonly broken: readonly string[];
}

const CLIENTS = 16;
const SUBJECT = 'soak-root';
/** A server that is up lives this long at most before it is killed. */
const LONGEST_LIFE_MS = 400;
/** A server that answered hardly anything has shown nothing. */
const FEWEST_ANSWERS = 10;
/** One kill in six hits a server that is still starting. */
const KILLED_AT_START = 1 / 6;
const LONGEST_START_MS = 900;

/**
 * Kills a real server at random moments while clients change things through HTTP, then holds the log against what
 * the clients were told.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { dataDir, random } = options;
  const issuer = newTokenIssuer();
  const core = await openCore(commandLineCore(dataDir));
  const { newId } = commandLineCore(dataDir).environment;
  const world = await makeSoakWorld(core.application, { issuer: issuer.issuer, subject: SUBJECT, newId });
  await core.close();

  const token = await issuer.tokenFor(SUBJECT);
  const server = new MortalServer({ dataDir, env: issuer.env });
  const acknowledged: Acknowledged[] = [];
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let n = 0; !server.isOver; n += 1)
      acknowledged.push(
        await acknowledge(randomMutation(world, random, `${client}-${n}`), { server, token }),
      );
  });
  // A client that fails ends the run; what it says comes out below.
  const failed = Promise.all(clients).then(
    () => null,
    (error: unknown) => {
      server.isOver = true;
      return { error };
    },
  );
  const killsAtStart = await server.killAgainAndAgain(options, acknowledged);
  const failure = await failed;
  await server.shutDown();
  if (failure !== null) throw failure.error;

  const folder = openDataFolder({ path: dataDir, mode: 'read' });
  const count = (outcome: Acknowledged['outcome']) =>
    acknowledged.filter((answer) => answer.outcome === outcome).length;
  return {
    kills: options.kills,
    killsAtStart,
    acknowledged: acknowledged.length,
    applied: count('APPLIED'),
    rejected: count('REJECTED'),
    unchanged: count('UNCHANGED'),
    lostAnswers: acknowledged.reduce((sum, answer) => sum + answer.lostAnswers, 0),
    events: acknowledged.reduce((sum, answer) => sum + answer.events.length, 0),
    broken: await brokenPromises(folder, acknowledged),
  };
}

/** The server, through all its deaths. */
class MortalServer implements SoakServer {
  isOver = false;
  #current: Promise<MusterChild>;
  #process: ChildProcess | null = null;

  constructor(
    private readonly child: { readonly dataDir: string; readonly env: Readonly<Record<string, string>> },
  ) {
    this.#current = this.#start();
  }

  async url(): Promise<string> {
    for (;;) {
      const current = this.#current;
      try {
        return (await current).url;
      } catch (error) {
        // Killed while it was starting, and the next one is on its way; a start that failed by itself is a fault.
        if (current === this.#current) throw error;
      }
    }
  }

  /** Resolves after the last kill with the number of those that hit a starting server. */
  async killAgainAndAgain(
    { kills, random, onProgress }: SoakOptions,
    acknowledged: readonly Acknowledged[],
  ): Promise<number> {
    let killsAtStart = 0;
    for (let killed = 0; killed < kills && !this.isOver; killed += 1) {
      if (random() < KILLED_AT_START) {
        killsAtStart += 1;
        await delay(random() * LONGEST_START_MS);
      } else {
        await this.url();
        const before = acknowledged.length;
        await delay(random() * LONGEST_LIFE_MS);
        while (acknowledged.length < before + FEWEST_ANSWERS && !this.isOver) await delay(1);
      }
      await this.#killAndReplace();
      onProgress?.(killed + 1);
    }
    await this.url();
    this.isOver = true;
    return killsAtStart;
  }

  async shutDown(): Promise<void> {
    await (await this.#current).end('SIGTERM');
  }

  async #killAndReplace(): Promise<void> {
    const dying = this.#process;
    const gone = new Promise((resolve) => dying?.once('exit', resolve));
    const hasEnded = dying === null || dying.exitCode !== null || dying.signalCode !== null;
    dying?.kill('SIGKILL');
    const next = (hasEnded ? Promise.resolve() : gone).then(() => this.#start());
    this.#current = next;
    next.catch(() => undefined);
    await Promise.race([gone, delay(hasEnded ? 0 : 5_000)]);
  }

  #start(): Promise<MusterChild> {
    const started = startMusterChild({
      ...this.child,
      onSpawn: (process) => {
        this.#process = process;
      },
    });
    started.catch(() => undefined);
    return started;
  }
}
