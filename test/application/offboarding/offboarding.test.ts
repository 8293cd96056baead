import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { RequestActor } from '../../../src/application/account-commands.js';
import { Accounts } from '../../../src/application/accounts.js';
import {
  type AvailableAction,
  type MemberAction,
  memberActions,
} from '../../../src/application/application.js';
import { Offboarding } from '../../../src/application/offboarding/offboarding.js';
import type { BulkItemCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { confirmedOperations } from '../../../src/domain/account/policy.js';
import { roles } from '../../../src/domain/account/roles.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { SqliteEventStore } from '../../../src/event-store/sqlite/sqlite-event-store.js';
import { invitationTokens } from '../../../src/invitation-tokens.js';
import { SqliteSnapshotStore } from '../../../src/snapshots/sqlite-snapshot-store.js';
import {
  about,
  added,
  bare,
  ended,
  invited,
  momentAfter,
  opened,
  technical,
} from '../../domain/account/given.js';
import { type TemporaryVault, temporaryVault } from '../../key-vault/temporary-vault.js';
import { eventBuilder } from '../../support/event-builder.js';
import { bystanders, eventsIn, memberCases, policyNames } from './member-cases.js';
import { choicesOf, clientCommand, successorChoices } from './real-run.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const olga: RequestActor = { kind: 'USER', userId: 'olga' };

describe('offboarding', () => {
  let folder: string;
  let store: SqliteEventStore;
  let snapshots: SqliteSnapshotStore;
  let accounts: Accounts;
  let offboarding: Offboarding;
  let vault: TemporaryVault;
  let clock: number;
  let ids = 0;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-'));
    store = await SqliteEventStore.open({ path: join(folder, 'log.sqlite') });
    snapshots = new SqliteSnapshotStore(join(folder, 'snapshots.sqlite'));
    clock = START;
    const environment = { now: () => clock, newId: () => `id-${ids++}` };
    const report = (error: unknown) => expect.fail(String(error));
    accounts = new Accounts({ store, snapshots, environment, report }, async () => null);
    vault = temporaryVault();
    const tokens = invitationTokens(vault.open());
    for (const id of ['i-u0', 'i-u1', 'i-u2', 'i-ina']) await tokens.ensureKey(id);
    offboarding = new Offboarding({ accounts, tokens, environment });
  });

  afterEach(async () => {
    await store.close();
    snapshots.close();
    await vault.remove();
    rmSync(folder, { recursive: true });
  });

  const account = (accountId: string, ...events: readonly AccountEvent[]) =>
    eventBuilder({ accountId, clock: () => new Date(clock).toISOString() }).append(store, events);
  const people = [
    added('olga', 'OWNER'),
    added('adam', 'ADMIN'),
    added('carl', 'CONTRIBUTOR'),
    added('rita', 'REVIEWER'),
  ];
  const ask = async (
    selection: Readonly<Record<string, readonly string[]>>,
    actions: readonly MemberAction[] = confirmedOperations,
    actor: RequestActor = olga,
  ): Promise<readonly AvailableAction[]> => {
    const answer = await offboarding.availableActions({ actor, selection: selected(selection), actions });
    if (isRejection(answer)) throw new Error(`${answer.code} ${answer.message}`);
    return answer;
  };
  const availableAmong = (answer: readonly AvailableAction[]) =>
    answer.filter(({ available }) => available).map(({ action }) => action);
  const inactive = (userId: string, role: 'ADMIN' | 'CONTRIBUTOR' | 'REVIEWER') =>
    ended('UserDeactivated', userId, bare(role));

  describe('actions on one member', () => {
    it('follow the state of the membership (D3-18 to D3-20, PP-9, PP-18)', async () => {
      await account('acme', opened('PARTNER_PORTAL'), ...people, inactive('rita', 'REVIEWER'));
      expect(availableAmong(await ask({ acme: ['carl'] }))).to.deep.equal(['DEACTIVATE']);
      expect(availableAmong(await ask({ acme: ['rita'] }))).to.deep.equal(['REACTIVATE', 'DELETE']);
    });

    it('say why not, by which rule, and that it is so already', async () => {
      await account('acme', opened(), ...people, about('UserFrozen', 'rita'));
      const [freeze, unfreeze, terminate] = await ask({ acme: ['rita'] }, [
        'FREEZE',
        'UNFREEZE',
        'TERMINATE_SESSION',
      ]);
      expect(freeze).to.deep.nested.include({ available: false, 'reasons[0].code': 'ALREADY_DONE' });
      expect(freeze?.reasons[0]?.rule?.facts).to.deep.equal([{ name: 'targetStatus', value: 'FROZEN' }]);
      expect(unfreeze).to.deep.include({ available: true, reasons: [], confirmation: null });
      expect(terminate).to.deep.nested.include({ 'reasons[0].code': 'ALREADY_DONE' });
    });

    it('tell what has to be sent along', async () => {
      await account('acme', opened('DEFAULT', { deletionRequiresInactive: false }), ...people, {
        type: 'ContactAssigned',
        data: { responsibility: technical, userId: 'carl' },
      });
      const [remove, deleting] = await ask({ acme: ['carl'] }, ['REMOVE', 'DELETE']);
      expect(remove).to.include({ available: true, confirmation: 'FLAG', reassignmentRequired: true });
      expect(deleting).to.include({ available: true, confirmation: 'PREVIEW_TOKEN' });
    });

    it('count what time has brought about, though nothing is written yet (SW-15)', async () => {
      await account('acme', opened(), ...people, invited('ina', 'REVIEWER'));
      clock += 60_000;
      const invitation = ['RESEND_INVITATION', 'REVOKE_INVITATION'] as const;
      expect(availableAmong(await ask({ acme: ['ina'] }, invitation))).to.deep.equal(invitation);
      clock += 8 * 24 * 3600 * 1000;
      const preview = await offboarding.preview({
        actor: olga,
        accountId: 'acme',
        userId: 'ina',
        operation: 'REMOVE',
      });
      expect(preview).to.include({ status: 'INVITATION_EXPIRED', seatsHeld: 0, canCommit: true });
      expect(await store.head()).to.equal(6);
    });

    it('are all unavailable to a member without the permission, which is no error', async () => {
      await account('acme', opened(), ...people);
      const answer = await ask({ acme: ['carl'] }, confirmedOperations, { kind: 'USER', userId: 'rita' });
      for (const { available, reasons } of answer) {
        expect(available).to.equal(false);
        expect(reasons.map(({ code, permission }) => [code, permission])).to.deep.equal([
          ['PERMISSION_DENIED', 'users.manage'],
        ]);
      }
    });
  });

  describe('actions on a selection', () => {
    it('lack what cannot be done with all of it, where the policy refuses the mix (D3-18)', async () => {
      await account('acme', opened('DOCUMENT360'), ...people, inactive('rita', 'REVIEWER'));
      const [deactivate] = await ask({ acme: ['carl', 'rita'] }, ['DEACTIVATE']);
      expect(deactivate).to.deep.nested.include({
        available: false,
        'reasons[0].code': 'BULK_MIXED_SELECTION',
        'reasons[0].userIds': ['rita'],
      });
      expect(availableAmong(await ask({ acme: ['carl', 'rita'] }))).to.deep.equal(['DELETE']);
    });

    it('pass over the rest where the policy does', async () => {
      await account('acme', opened('PARTNER_PORTAL'), ...people, inactive('rita', 'REVIEWER'));
      expect(availableAmong(await ask({ acme: ['carl', 'rita'] }))).to.deep.equal([
        'DEACTIVATE',
        'REACTIVATE',
        'DELETE',
      ]);
    });

    it('are there over several accounts when each takes its part, and name the one that does not', async () => {
      await account('acme', opened('PARTNER_PORTAL'), ...people);
      await account('beta', opened('PARTNER_PORTAL', { bulkLimit: 2 }), ...people);
      await account('mixed', opened('DOCUMENT360'), ...people, inactive('rita', 'REVIEWER'));
      expect(availableAmong(await ask({ acme: ['carl'], beta: ['carl'] }))).to.deep.equal(['DEACTIVATE']);
      const [tooMany] = await ask({ acme: ['carl', 'rita'], beta: ['carl'] }, ['DEACTIVATE']);
      expect(tooMany?.reasons.map(({ code, field }) => [code, field])).to.deep.equal([
        ['BULK_LIMIT_EXCEEDED', 'selection.1'],
      ]);
      const [mix] = await ask({ acme: ['carl'], mixed: ['carl', 'rita'] }, ['DEACTIVATE']);
      expect(mix?.reasons.map(({ code, field }) => [code, field])).to.deep.equal([
        ['BULK_MIXED_SELECTION', 'selection.1'],
      ]);
    });

    it('count one person in many accounts once', async () => {
      for (const id of ['a', 'b', 'c'])
        await account(id, opened('PARTNER_PORTAL', { bulkLimit: 1 }), ...people);
      expect(availableAmong(await ask({ a: ['carl'], b: ['carl'], c: ['carl'] }))).to.deep.equal([
        'DEACTIVATE',
      ]);
      expect(availableAmong(await ask({ a: ['carl'], b: ['rita'] }))).to.deep.equal([]);
    });

    it('say of everybody at fault why, when nothing is left to do', async () => {
      await account('acme', opened('PARTNER_PORTAL'), ...people);
      const [removing] = await ask({ acme: ['olga', 'adam'] }, ['DEACTIVATE'], {
        kind: 'USER',
        userId: 'adam',
      });
      expect(removing?.reasons.map(({ code, userIds }) => [code, userIds])).to.deep.equal([
        ['TARGET_OUTRANKS_ACTOR', ['olga']],
        ['SELF_REMOVAL_FORBIDDEN', ['adam']],
      ]);
    });

    it('are only the four that have a bulk mutation', async () => {
      await account('acme', opened(), ...people);
      const [freeze] = await ask({ acme: ['carl', 'rita'] }, ['FREEZE']);
      expect(freeze).to.deep.nested.include({ available: false, 'reasons[0].code': 'INVALID_INPUT' });
    });

    it('need bulk.run', async () => {
      await account('acme', opened(), ...people, added('mona', 'CONTRIBUTOR', ['users.manage']));
      const [remove] = await ask({ acme: ['carl', 'rita'] }, ['REMOVE'], { kind: 'USER', userId: 'mona' });
      expect(remove?.reasons.map(({ code, permission }) => [code, permission])).to.deep.equal([
        ['PERMISSION_DENIED', 'bulk.run'],
      ]);
    });
  });

  describe('refuses', () => {
    const refusal = (selection: Readonly<Record<string, readonly string[]>>, actor: RequestActor = olga) =>
      offboarding.availableActions({ actor, selection: selected(selection), actions: ['REMOVE'] });

    it('what the caller may not see like what is not there', async () => {
      await account('acme', opened(), ...people);
      await account('other', opened(), added('otto', 'OWNER'));
      const hidden = await refusal({ acme: ['carl'], other: ['otto'] });
      const absent = await refusal({ acme: ['carl'], nowhere: ['otto'] });
      expect(hidden).to.deep.equal(absent);
      expect(hidden).to.include({ code: 'NOT_FOUND', field: 'selection.1.accountId' });
      expect(hidden).to.not.have.any.keys('rule', 'policyVersion');
      expect(await refusal({ acme: ['carl', 'otto'] })).to.include({
        code: 'NOT_FOUND',
        field: 'selection.0.userIds',
      });
    });

    it('an empty selection', async () => {
      await account('acme', opened(), ...people);
      expect(await refusal({})).to.include({ code: 'INVALID_INPUT' });
      expect(await refusal({ acme: [] })).to.include({ code: 'INVALID_INPUT' });
    });

    it('a preview to whoever may not do it', async () => {
      await account('acme', opened(), ...people);
      const preview = (userId: string, actor: string) =>
        offboarding.preview({
          actor: { kind: 'USER', userId: actor },
          accountId: 'acme',
          userId,
          operation: 'REMOVE',
        });
      expect(await preview('carl', 'nobody')).to.include({ code: 'NOT_FOUND' });
      expect(await preview('nobody', 'olga')).to.include({ code: 'NOT_FOUND' });
      expect(await preview('carl', 'rita')).to.include({ code: 'PERMISSION_DENIED' });
    });
  });

  it('agrees with a dry run of the very commands, whatever the members and whoever asks', async () => {
    let worlds = 0;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...policyNames),
        fc.constantFrom(
          'OWNER' as const,
          'ADMIN' as const,
          'CONTRIBUTOR' as const,
          'MANAGER_OF_CONTACTS' as const,
        ),
        fc.constantFrom(...bystanders),
        fc.array(fc.record({ is: fc.constantFrom(...memberCases), role: fc.constantFrom(...roles) }), {
          minLength: 1,
          maxLength: 3,
        }),
        async (policy, asker, bystander, some) => {
          const members = some.map((one, index) => ({ ...one, userId: `u${index}` }));
          const events = eventsIn({ policy, asker, bystander, members });
          const accountId = `world-${worlds++}`;
          clock = Math.max(clock, momentAfter(events));
          await account(accountId, ...events);
          const state = await accounts.read(accountId, (view) => view.state);
          const me: RequestActor = { kind: 'USER', userId: 'me' };
          const actions = members.length === 1 ? memberActions : confirmedOperations;
          const answer = await ask({ [accountId]: members.map(({ userId }) => userId) }, actions, me);
          for (const { action, available, applicableCount } of answer) {
            expect(applicableCount > 0, action).to.equal(available);
            const isBulk = members.length > 1;
            const choices = choicesOf(action).flatMap((choice) =>
              successorChoices(state).map((successors) => ({ choice, successors })),
            );
            const runs = choices.map(async ({ choice, successors }) => {
              const items = members.map(({ userId }) =>
                clientCommand(state, { action, userId, isBulk, ...choice }, successors),
              );
              const outcome = await accounts.execute({
                accountId,
                actor: me,
                dryRun: true,
                onRejection: isBulk ? 'REJECT_FAILED_ITEMS' : 'REJECT_EVERYTHING',
                commands: isBulk
                  ? [
                      {
                        type: 'selectForBulk',
                        items: items as readonly BulkItemCommand[],
                        totalItems: items.length,
                      },
                      ...items,
                    ]
                  : items,
              });
              return outcome.outcome === 'WOULD_APPLY';
            });
            const expected = (await Promise.all(runs)).includes(true);
            expect(available).to.equal(expected, action);
            seen.add(`${isBulk ? 'bulk ' : ''}${action} ${available}`);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(seen.size).to.be.greaterThan(12);
  });
});

const selected = (selection: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(selection).map(([accountId, userIds]) => ({ accountId, userIds }));
