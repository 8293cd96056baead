import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import { memberActions } from '../../src/application/application.js';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const MEMBERS = 1_000;
const MAX_ALIASES = 30;
/** Ms; far above what is measured, far below what anybody else would call a standstill. */
const LONGEST_STANDSTILL = 1_000;

const all = memberActions.join(' ');
const everyAlias = (field: string) =>
  Array.from({ length: MAX_ALIASES }, (_, i) => `a${i}: ${field}`).join(' ');

describe('the dearest query that is taken', function () {
  this.timeout(60_000);
  let muster: TestMuster;
  let world: AccountWorld;
  let userIds: readonly string[];
  let eventId: string;

  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
    const { accountId } = world;
    const head = await muster.core.store.readStream(`account-${accountId}`, {
      fromRevision: 0,
      maxCount: 10,
    });
    eventId = head.at(-1)?.id ?? '';
    userIds = Array.from({ length: MEMBERS }, () => uuidV7());
    for (let from = 0; from < MEMBERS; from += 250)
      await muster.core.application.accounts.execute({
        accountId,
        actor: { kind: 'SYSTEM', id: 'test' },
        commands: userIds.slice(from, from + 250).map((userId) => ({
          type: 'addUser',
          userId,
          membershipId: uuidV7(),
          kind: 'STANDARD',
          role: 'REVIEWER',
          permissions: [],
          groupIds: [],
        })),
      });
    await muster.readModel.waitFor(await muster.core.store.head(), 10_000);
  });
  after(() => muster.close());

  const selection = (count: number) => [{ accountId: world.accountId, userIds: userIds.slice(0, count) }];
  const dearest: Readonly<Record<string, (size: number) => readonly [string, object]>> = {
    'attributions of a page': (size) => [
      `query ($a: ID!, $n: Int!) { account(id: $a) { users(first: $n) { nodes { account { users(first: $n) { nodes { attribution { label } } } } } } } }`,
      { n: Math.ceil(Math.sqrt(size)) },
    ],
    'availableActions of a page': (size) => [
      `query ($a: ID!, $n: Int!) { account(id: $a) { users(first: $n) { nodes { availableActions(actions: [${all}]) { available reasons { code } } } } } }`,
      { n: Math.min(200, size) },
    ],
    'availableActions of pages in pages': (size) => [
      `query ($a: ID!, $n: Int!) { account(id: $a) { users(first: $n) { nodes { account { users(first: $n) { nodes { availableActions(actions: [${all}]) { available } } } } } } } }`,
      { n: Math.ceil(Math.sqrt(size)) },
    ],
    'availableActions of one, under every alias': () => [
      `query ($s: [MembersInput!]!) { ${everyAlias(`availableActions(selection: $s, actions: [${all}]) { available }`)} }`,
      { s: selection(1) },
    ],
    'availableActions of a selection': (size) => [
      'query ($s: [MembersInput!]!) { availableActions(selection: $s) { available } }',
      { s: selection(size) },
    ],
    'availableActions of selections, under every alias': (size) => [
      `query ($s: [MembersInput!]!) { ${everyAlias('availableActions(selection: $s) { available }')} }`,
      { s: selection(Math.ceil(size / MAX_ALIASES)) },
    ],
    offboardingPreview: () => [
      `query ($a: ID!, $u: ID!) { ${everyAlias('offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) { token canCommit blockers { code } }')} }`,
      { u: userIds[0] },
    ],
    bulkPreview: (size) => [
      'query ($s: [MembersInput!]!) { bulkPreview(operation: REMOVE, selection: $s) { accounts { confirmation } } }',
      { s: selection(size) },
    ],
    'bulkPreview under every alias': (size) => [
      `query ($s: [MembersInput!]!) { ${everyAlias('bulkPreview(operation: REMOVE, selection: $s) { accounts { confirmation } }')} }`,
      { s: selection(Math.ceil(size / MAX_ALIASES)) },
    ],
    'the whole replay for one member, under every alias': () => [
      `query ($a: ID!, $u: ID!) { ${everyAlias('replay(accountId: $a, userId: $u, first: 8) { nodes { id } }')} }`,
      { u: userIds.at(-1) },
    ],
    'the whole audit log for what it does not have, under every alias': () => [
      `query ($f: AuditLogFilter) { ${everyAlias('auditLog(first: 50, filter: $f) { totalCount nodes { id } }')} }`,
      { f: { actorKinds: ['SCHEDULER'] } },
    ],
    explainDecision: () => [
      `query ($a: ID!, $e: ID!) { ${everyAlias('explainDecision(accountId: $a, eventId: $e) { rules { code } }')} }`,
      { e: eventId },
    ],
  };

  for (const [what, queryOf] of Object.entries(dearest))
    it(`holds nobody up for long: ${what}`, async () => {
      // The largest of these that is taken.
      for (const size of [10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50]) {
        const [query, variables] = queryOf(size);
        const { answer, standstill } = await standstillDuring(() =>
          world.olga.client.send(query, { a: world.accountId, ...variables }),
        );
        const { data, errors } = answer;
        if (errors?.every(({ extensions }) => extensions.code === 'GRAPHQL_VALIDATION_FAILED')) continue;
        expect(errors).to.equal(undefined);
        expect(data).to.satisfy((found: object) => Object.values(found).every((one) => one !== null));
        expect(standstill).to.be.lessThan(LONGEST_STANDSTILL);
        return;
      }
      expect.fail('nothing was taken');
    });
});

/** Ms for which nothing else came to its turn, at the longest. */
async function standstillDuring<T>(work: () => Promise<T>) {
  let standstill = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const before = performance.now();
      await sleep(1);
      standstill = Math.max(standstill, performance.now() - before);
    }
  })();
  const answer = await work();
  isOver = true;
  await watching;
  return { answer, standstill };
}
