import { setTimeout as delay } from 'node:timers/promises';
import { commandLineCore } from '../../scripts/cli/environment.js';
import { makeSoakWorld } from '../../scripts/soak/soak-world.js';
import { openEventStoreReader } from '../../src/open-event-store.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import type { TestPerson } from '../support/start-muster.js';
import { type AnswerCounts, countAnswers } from './answer-counts.js';
import { brokenByNodes } from './cluster-oracle.js';
import { type ClusterVault, startClusterVault } from './cluster-vault.js';
import { type ConflictAccounts, makeConflictAccounts } from './conflict-accounts.js';
import { type Answer, ask, playRound } from './conflicting-rounds.js';
import { MusterCluster, ROOT } from './muster-cluster.js';

export interface RoundsOptions {
  /** Empty. */
  readonly dir: string;
  readonly eventStoreUrl: string;
  readonly nodes: number;
  readonly rounds: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly onProgress?: (rounds: number) => void;
}

export interface RoundsReport extends AnswerCounts {
  readonly nodes: number;
  readonly rounds: number;
  readonly keyVault: ClusterVault['kind'];
  /** Promises not kept; empty is the only good answer. */
  readonly broken: readonly string[];
}

/** Rounds played at once, each in accounts of its own but for the people and accounts that all change. */
const LANES = 3;

/** Plays rounds of conflicting commands against the nodes of one log, then holds log and read models against the answers. */
export async function runRounds(options: RoundsOptions): Promise<RoundsReport> {
  const vault = await startClusterVault(options.dir);
  try {
    return await playRounds(options, vault);
  } finally {
    await vault.remove();
  }
}

async function playRounds(
  { dir, eventStoreUrl, nodes, rounds, random, onProgress }: RoundsOptions,
  vault: ClusterVault,
): Promise<RoundsReport> {
  const cluster = new MusterCluster(dir, { eventStoreUrl, keyVaultUrl: vault.url });
  const { newId } = commandLineCore('').environment;
  const { world, lanes } = await cluster.prepare(async ({ application }) => {
    const owner = { issuer: cluster.issuer.issuer, subject: ROOT.subject, newId };
    const made = await makeSoakWorld(application, owner);
    const conflicts = Array.from({ length: LANES }, () =>
      makeConflictAccounts(application, { nodes, newId }),
    );
    return { world: made, lanes: await Promise.all(conflicts) };
  });
  const known = new Map<string, Promise<GraphqlClient>>();
  const client = (index: number, person: TestPerson = ROOT): Promise<GraphqlClient> => {
    const name = `${index} ${person.subject}`;
    const node = cluster.nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    const made = known.get(name) ?? node.client(person);
    if (person === ROOT) known.set(name, made);
    return made;
  };
  const acknowledged: Answer[] = [];
  const broken: string[] = [];
  try {
    await cluster.start(nodes);
    let [next, played] = [0, 0];
    const playLane = async (accounts: ConflictAccounts) => {
      for (let round = next++; round < rounds; round = next++) {
        const came = await playRound({ world, accounts, nodes, client, random }, round);
        acknowledged.push(...came.acknowledged);
        broken.push(...came.broken.map((what) => `round ${round}, ${came.kind}: ${what}`));
        played += 1;
        onProgress?.(played);
      }
    };
    await Promise.all(lanes.map(playLane));
    const clients = await Promise.all(cluster.nodes.map((_, index) => client(index)));
    await untilEqual(eventStoreUrl, lanes[0]?.owners.accountId ?? '', clients);
  } finally {
    await cluster.end();
  }
  const folders = cluster.nodes.map((_, index) => cluster.folder(index));
  return {
    nodes,
    rounds,
    keyVault: vault.kind,
    ...countAnswers(acknowledged),
    broken: [...broken, ...(await brokenByNodes(folders, acknowledged, cluster.keyVaultUrl))],
  };
}

/** Every node shows the end of the log; mail goes on for a moment after the last command. */
async function untilEqual(
  eventStoreUrl: string,
  accountId: string,
  clients: readonly GraphqlClient[],
): Promise<void> {
  const store = await openEventStoreReader({ kind: 'CLUSTER', url: eventStoreUrl });
  try {
    for (let head = -1; head !== (await store.head()); ) {
      head = await store.head();
      const query = 'query ($a: ID!, $p: Position) { account(id: $a, minPosition: $p) { id } }';
      for (const client of clients) await ask(client, query, { a: accountId, p: `${head}` });
      // Long enough for the next mail to be written down, should one still be on its way.
      await delay(1_000);
    }
  } finally {
    await store.close();
  }
}
