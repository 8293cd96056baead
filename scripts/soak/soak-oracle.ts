import { type AccountAsOf, accountAsOf } from '../../projections/queries/account-as-of.js';
import { ReadConnections } from '../../projections/read-connections.js';
import { ReadFolder } from '../../projections/read-folder.js';
import { decodeAccountEvent } from '../../src/application/decode-event.js';
import { readKeyVaultUrl } from '../../src/config.js';
import type { DataFolder } from '../../src/data-folder.js';
import { evolve } from '../../src/domain/account/evolve.js';
import { type AccountState, initialAccountState, isLive } from '../../src/domain/account/state.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.js';
import { openEventStoreReader } from '../../src/open-event-store.js';
import type { ProjectorPaths } from '../../src/projector-messages.js';
import { rebuildReadModel } from '../../src/rebuild-read-model.js';
import type { Acknowledged } from './soak-client.js';

/** Sentences, one for each promise that was not kept; empty when all were. */
export async function brokenPromises(
  folder: DataFolder,
  acknowledged: readonly Acknowledged[],
  keyVaultUrl = readKeyVaultUrl(process.env),
): Promise<readonly string[]> {
  const store = await openEventStoreReader(folder.log);
  try {
    const chain = await verifyStreams(store);
    const events = await accountEvents(store);
    return [
      ...(chain.status === 'INTACT' ? [] : [`the chain is broken: ${JSON.stringify(chain.firstBad)}`]),
      ...checkAcknowledged(events, acknowledged),
      ...(await checkReadModel({ ...folder, keyVaultUrl }, events)),
    ];
  } finally {
    await store.close();
  }
}

/** Every acknowledged command is there exactly once and whole, refused ones are not, and nothing else is. */
function checkAcknowledged(
  events: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
): readonly string[] {
  const byKey = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const key = (JSON.parse(event.body) as { reason: { ticket: string } | null }).reason?.ticket;
    if (key === undefined) continue;
    byKey.set(key, [...(byKey.get(key) ?? []), event]);
  }
  const broken: string[] = [];
  for (const { mutation, outcome, events: answered, position } of acknowledged) {
    const { name, key, lastEvents } = mutation;
    const stored = byKey.get(key) ?? [];
    byKey.delete(key);
    const wanted = outcome === 'APPLIED' ? answered : [];
    if (JSON.stringify(stored.map(({ id }) => id)) !== JSON.stringify(wanted.map(({ id }) => id)))
      broken.push(
        `${name} ${key}: ${wanted.length} events were acknowledged, ${stored.length} are in the log`,
      );
    if (wanted.length === 0) continue;
    const last = stored.at(-1);
    if (last === undefined || !lastEvents.includes(last.type))
      broken.push(`${name} ${key}: half of it is in the log, up to ${last?.type}`);
    if (position < (last?.position ?? 0)) broken.push(`${name} ${key}: acknowledged before its own position`);
    const [first] = stored;
    const isOneRun = stored.every(
      (event, index) => event.stream === first?.stream && event.revision === first.revision + index,
    );
    if (!isOneRun) broken.push(`${name} ${key}: its events do not lie together`);
  }
  for (const key of byKey.keys()) broken.push(`${key}: is in the log, and was never acknowledged`);
  return broken;
}

/** Followed through all the crashes, the read model holds what a rebuild and the domain's own fold give. */
async function checkReadModel(
  folder: ProjectorPaths,
  events: readonly RecordedEvent[],
): Promise<readonly string[]> {
  const reads = new ReadFolder(folder.readPath);
  const generation = reads.current();
  if (generation === null) return ['there is no read model'];
  const broken: string[] = [];
  const connections = new ReadConnections(reads, generation);
  try {
    for (const [accountId, state] of folded(events)) {
      const now = Date.now() + 1_000;
      const shown = factsOfRows(accountAsOf(connections.members, accountId, { at: now, knownAt: now }));
      const said = factsOfState(state);
      for (const fact of shown)
        if (!said.has(fact)) broken.push(`${accountId}: only the read model says: ${fact}`);
      for (const fact of said) if (!shown.has(fact)) broken.push(`${accountId}: only the log says: ${fact}`);
    }
  } finally {
    connections.close();
  }
  const { equalToLive } = await rebuildReadModel(folder);
  if (equalToLive !== true)
    broken.push(`the rebuilt read model is not equal to the followed one (${equalToLive})`);
  return broken;
}

function folded(events: readonly RecordedEvent[]): ReadonlyMap<string, AccountState> {
  const states = new Map<string, AccountState>();
  for (const event of events) {
    const accountId = event.stream.slice('account-'.length);
    const state = states.get(accountId) ?? initialAccountState();
    states.set(accountId, state);
    evolve(state, decodeAccountEvent(event));
  }
  return states;
}

type Facts = ReadonlySet<string>;

function factsOfState(state: AccountState): Facts {
  const people = [...state.memberships.values()]
    .filter(isLive)
    .map(({ role, userId }) => `${userId} is ${role}`);
  const groups = [...state.groups.values()].flatMap(({ groupId, name }) => [
    `there is ${name}`,
    ...[...(state.groupMembers.get(groupId)?.entries() ?? [])].map(
      ([id, role]) => `${id} is ${role} of ${name}`,
    ),
  ]);
  return new Set([...people, ...groups]);
}

function factsOfRows({ people, groups }: AccountAsOf): Facts {
  const everyone = Object.entries(people).flatMap(([role, ids]) => ids.map((id) => `${id} is ${role}`));
  const named = groups.flatMap(({ name, maintainers, members }) => [
    `there is ${name}`,
    ...maintainers.map((id) => `${id} is MAINTAINER of ${name}`),
    ...members.map((id) => `${id} is MEMBER of ${name}`),
  ]);
  return new Set([...everyone, ...named]);
}

async function accountEvents(store: EventStore): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let position = 0; ; ) {
    const page = await store.readAll({ afterPosition: position, maxCount: 1_000 });
    const last = page.at(-1);
    if (last === undefined) return events;
    events.push(...page.filter(({ stream }) => stream.startsWith('account-')));
    position = last.position;
  }
}
