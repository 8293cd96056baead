import { expect } from 'chai';
import fc from 'fast-check';
import { Offboarding } from '../../../src/application/offboarding/offboarding.js';
import { isRejection, type Rejection } from '../../../src/domain/rejection.js';
import { invitationTokens } from '../../../src/invitation-tokens.js';
import { temporaryVault } from '../../key-vault/temporary-vault.js';
import { type BulkNode, type BulkWorld, olga, openBulkWorld, request } from './bulk-world.js';

const LIMITS = { one: 1, two: 2, four: 4, many: 1_000 } as const;
const members = { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR', cleo: 'REVIEWER' } as const;

describe('the limit of a selection over several accounts', () => {
  let world: BulkWorld;
  let node: BulkNode;
  let vault: ReturnType<typeof temporaryVault>;
  let offboarding: Offboarding;

  before(async () => {
    world = await openBulkWorld();
    vault = temporaryVault();
    node = world.newNode();
    for (const [accountId, bulkLimit] of Object.entries(LIMITS))
      await node.open(accountId, { members, policy: { bulkLimit } });
    const environment = { now: () => Date.parse('2026-01-01T00:00:00.000Z'), newId: () => 'id' };
    offboarding = new Offboarding({
      accounts: node.accounts,
      tokens: invitationTokens(vault.open()),
      environment,
    });
  });

  after(async () => {
    await world.close();
    await vault.remove();
  });

  const exceeded = (refusals: readonly (Rejection | null)[]) =>
    refusals.flatMap((refusal) => (refusal?.code === 'BULK_LIMIT_EXCEEDED' ? [refusal.bulk] : []));

  const previewed = async (selection: readonly Part[]) => {
    const { accounts } = await node.bulk.preview({ actor: olga, operation: 'DEACTIVATE', selection });
    return exceeded(accounts.map(({ refusal }) => refusal));
  };

  const available = async (selection: readonly Part[]) => {
    const actions = await offboarding.availableActions({ actor: olga, selection, actions: ['DEACTIVATE'] });
    if (isRejection(actions)) throw new Error(actions.message);
    return exceeded(actions.flatMap(({ reasons }) => reasons));
  };

  const ran = async (selection: readonly Part[]) => {
    const named = Object.fromEntries(selection.map(({ accountId, userIds }) => [accountId, userIds]));
    const result = await node.bulk.run(request(named, { dryRun: true }));
    return exceeded(isRejection(result) ? [result] : result.items.map(({ rejection }) => rejection));
  };

  it('counts one person everywhere as one', async () => {
    const selection = Object.keys(LIMITS).map((accountId) => ({ accountId, userIds: ['ann'] }));
    for (const asked of [previewed, available, ran]) expect(await asked(selection)).to.deep.equal([]);
  });

  it('is the same in the preview, in what is available, and when it is run', async () => {
    const part = (accountId: string) =>
      fc.record({
        accountId: fc.constant(accountId),
        userIds: fc.subarray(Object.keys(members), { minLength: 1 }),
      });
    const selections = fc
      .subarray(Object.keys(LIMITS), { minLength: 1 })
      .chain((accountIds) => fc.tuple(...accountIds.map(part)));
    await fc.assert(
      fc.asyncProperty(selections, async (selection) => {
        const refusals = await previewed(selection);
        expect(await available(selection)).to.deep.equal(refusals);
        // The first account that refuses ends the whole.
        expect(await ran(selection)).to.deep.equal(refusals.slice(0, 1));
      }),
      { numRuns: 200 },
    );
  });
});

interface Part {
  readonly accountId: string;
  readonly userIds: readonly string[];
}
