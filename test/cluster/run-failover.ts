import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLineCore } from '../../scripts/cli/environment.js';
import { randomMutation } from '../../scripts/soak/random-mutation.js';
import { type Acknowledged, acknowledge } from '../../scripts/soak/soak-client.js';
import { makeSoakWorld } from '../../scripts/soak/soak-world.js';
import { WireChild } from '../support/wire-server/wire-child.js';
import { type AnswerCounts, countAnswers } from './answer-counts.js';
import { brokenByNodes } from './cluster-oracle.js';
import { type ClusterVault, startClusterVault } from './cluster-vault.js';
import { MusterCluster, ROOT } from './muster-cluster.js';

export interface FailoverOptions {
  /** Empty. */
  readonly dir: string;
  /** Muster processes. */
  readonly nodes: number;
  readonly clients: number;
  /** The leader dies in the middle. */
  readonly seconds: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly onProgress?: (seconds: number) => void;
}

export interface FailoverReport extends AnswerCounts {
  readonly nodes: number;
  readonly clients: number;
  readonly seconds: number;
  readonly keyVault: ClusterVault['kind'];
  /** Of these answers, how many came after the leader's death. */
  readonly afterDeath: number;
  /** The longest time in which nobody was acknowledged anything. */
  readonly longestSilenceMs: number;
  /** Promises not kept; empty is the only good answer. */
  readonly broken: readonly string[];
}

/** Replies that get lost: the append was done, and nobody hears of it. */
const lostReplies = {
  rules: [
    { method: 'Append', probability: 0.02, faults: [{ at: 'after', does: 'drop' }] },
    { method: 'Append', probability: 0.02, faults: [{ at: 'after', does: 'timed-out' }] },
  ],
} as const;

/** Kills the leader of a log's two nodes under load, with replies lost all along; the Musters go on by themselves. */
export async function runFailover(options: FailoverOptions): Promise<FailoverReport> {
  const { dir, nodes, clients, seconds, random, onProgress } = options;
  const logNodes = await startLogNodes(dir);
  const hosts = logNodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const vault = await startClusterVault(dir);
  const cluster = new MusterCluster(dir, {
    eventStoreUrl: `esdb://${hosts}?tls=false`,
    keyVaultUrl: vault.url,
  });
  try {
    const { newId } = commandLineCore('').environment;
    const owner = { issuer: cluster.issuer.issuer, subject: ROOT.subject, newId };
    const world = await cluster.prepare(({ application }) => makeSoakWorld(application, owner));
    await cluster.start(nodes);
    const token = await cluster.tokenOf(ROOT);
    for (const node of logNodes) await node.setFaults(lostReplies);
    const acknowledged: Acknowledged[] = [];
    const times: number[] = [];
    let isOver = false;
    const load = Array.from({ length: clients }, async (_, client) => {
      const url = cluster.nodes[client % nodes]?.url ?? '';
      const server = { url: async () => url, isOver: false };
      for (let n = 0; !isOver; n += 1) {
        acknowledged.push(
          await acknowledge(randomMutation(world, random, `${client}-${n}`), { server, token }),
        );
        times.push(performance.now());
      }
    });
    const failed = Promise.all(load).catch((error: unknown) => {
      isOver = true;
      throw error;
    });
    failed.catch(() => undefined);
    let beforeDeath = 0;
    for (let second = 0; second < seconds && !isOver; second += 1) {
      if (second === Math.floor(seconds / 2)) {
        beforeDeath = acknowledged.length;
        await killLeader(logNodes);
      }
      await delay(1_000);
      onProgress?.(second + 1);
    }
    isOver = true;
    await failed;
    await cluster.end();
    const folders = cluster.nodes.map((_, index) => cluster.folder(index));
    return {
      nodes,
      clients,
      seconds,
      keyVault: vault.kind,
      ...countAnswers(acknowledged),
      afterDeath: acknowledged.length - beforeDeath,
      longestSilenceMs: Math.round(longestGap(times)),
      broken: await brokenByNodes(folders, acknowledged, cluster.keyVaultUrl),
    };
  } finally {
    await cluster.end();
    await Promise.all([...logNodes.map((node) => node.kill()), vault.remove()]);
  }
}

/** Two nodes on one journal, of which one leads. */
async function startLogNodes(dir: string): Promise<readonly WireChild[]> {
  const flags = ['--journal', join(dir, 'journal'), '--election-port', String(await freePort())];
  return [await WireChild.start(flags), await WireChild.start(flags)];
}

async function killLeader(nodes: readonly WireChild[]): Promise<void> {
  const members = (await nodes[0]?.members()) ?? [];
  const leader = members.find(({ state }) => state === 'LEADER');
  const dying = nodes.find(({ port }) => port === leader?.endpoint.port);
  if (dying === undefined) throw new Error(`nobody leads: ${JSON.stringify(members)}`);
  await dying.kill();
}

function longestGap(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.reduce((longest, time, i) => Math.max(longest, time - (sorted[i - 1] ?? time)), 0);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
