import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import { MAX_QUESTIONS } from '../../src/application/account-questions.js';
import { Accounts } from '../../src/application/accounts.js';
import type { DecisionExplanation } from '../../src/application/application.js';
import { explainDecision } from '../../src/application/explain-decision.js';
import type { Applied } from '../../src/application/outcome.js';
import { type AccountCommand, snapshotParts } from '../../src/domain/account/commands.js';
import {
  type AccountEvent,
  type AccountEventType,
  accountEventTypes,
} from '../../src/domain/account/events.js';
import { presets } from '../../src/domain/account/policy.js';
import type { MemberKind, Role } from '../../src/domain/account/roles.js';
import { rulesOf } from '../../src/domain/account/rules-of-event.js';
import { isRejection, type Rejection } from '../../src/domain/rejection.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { SqliteSnapshotStore } from '../../src/snapshots/sqlite-snapshot-store.js';
import { added, confirmed, end, opened, technical } from '../domain/account/given.js';
import { eventBuilder } from '../support/event-builder.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR = 3_600_000;
const person = (userId: string): RequestActor => ({ kind: 'USER', userId });
const [olga, adam, rosa, opal, robo] = ['olga', 'adam', 'rosa', 'opal', 'robo'].map(person) as [
  RequestActor,
  RequestActor,
  RequestActor,
  RequestActor,
  RequestActor,
];
const system: RequestActor = { kind: 'SYSTEM', id: 'muster' };
const scheduler: RequestActor = { kind: 'SCHEDULER', id: 'scheduled-ends', onBehalfOf: 'olga' };
const importer: RequestActor = { kind: 'IMPORT', id: 'history' };

describe('an explanation of a decision', () => {
  let folder: string;
  let store: SqliteEventStore;
  let snapshots: SqliteSnapshotStore;
  let accounts: Accounts;
  let clock: number;
  let ids = 0;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-'));
    store = await SqliteEventStore.open({ path: join(folder, 'log.sqlite') });
    snapshots = new SqliteSnapshotStore(join(folder, 'snapshots.sqlite'));
    clock = START;
    const environment = { now: () => clock, newId: () => `id-${ids++}` };
    const report = (error: unknown) => expect.fail(String(error));
    accounts = new Accounts({ store, snapshots, environment, report }, async () => 'root');
    await run(
      'root',
      system,
      open('OPERATOR', 'rosa', ['accounts.create', 'accounts.operate', 'session.signal']),
    );
    await run('root', rosa, add('opal', 'ADMIN', { permissions: ['accounts.operate'] }));
    await run(
      'root',
      rosa,
      add('robo', 'ADMIN', { kind: 'SERVICE', permissions: ['accounts.operate', 'session.signal'] }),
    );
  });

  /** The read model's part, by looking through the log. */
  const indexed = new Map<string, number>();
  const lists = {
    caughtUp: async () => {
      indexed.clear();
      for (const stream of ['account-acme', 'account-root', 'account-long'])
        for (let fromRevision = 0; ; fromRevision += 1_000) {
          const page = await store.readStream(stream, { fromRevision, maxCount: 1_000 });
          for (const { id, revision } of page) indexed.set(`${stream} ${id}`, revision);
          if (page.length < 1_000) break;
        }
    },
    revisionOfEvent: ({ stream, eventId }: { stream: string; eventId: string }) =>
      indexed.get(`${stream} ${eventId}`) ?? null,
  };

  afterEach(async () => {
    await store.close();
    snapshots.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (
    accountId: string,
    actor: RequestActor,
    ...commands: readonly AccountCommand[]
  ): Promise<Applied['events']> => {
    // Invitations follow each other no sooner.
    clock += 60_000;
    const outcome = await accounts.execute({ accountId, actor, commands, reason: null });
    if (outcome.outcome === 'APPLIED') return outcome.events;
    throw new Error(`${commands[0]?.type}: ${JSON.stringify(outcome)}`);
  };
  const explain = (eventId: string, actor: RequestActor = olga, accountId = 'acme') =>
    explainDecision({ accounts, store, snapshots, lists }, { accountId, actor, eventId });
  const explained = async (event: { readonly eventId: string } | undefined): Promise<DecisionExplanation> => {
    const answer = await explain(event?.eventId ?? 'none');
    if (isRejection(answer)) throw new Error(answer.message);
    return answer;
  };
  const openAcme = (preset: 'DEFAULT' | 'DOCUMENT360' | 'SOFTWAREONE' = 'DEFAULT', policy = {}) =>
    run('acme', rosa, {
      ...open('STANDARD', 'olga', []),
      preset,
      policy: { ...presets[preset], confirmation: presets.SUPEROFFICE.confirmation, ...policy },
    });

  describe('names the rules', () => {
    /** Everything that can happen in an account, by whoever may do it. */
    const story = (): readonly (readonly [RequestActor, AccountCommand, number?])[] => [
      [rosa, { type: 'linkOperator', operatorAccountId: 'elsewhere', operatorKind: 'OPERATOR' }],
      [rosa, { type: 'unlinkOperator', operatorAccountId: 'elsewhere' }],
      [
        olga,
        {
          type: 'changePolicy',
          preset: 'DOCUMENT360',
          policy: { ...presets.DOCUMENT360, operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'] },
          expectedPolicyVersion: null,
        },
      ],
      [olga, { type: 'changeSeatPlan', planSeats: 20, addOnSeats: 0 }],
      [olga, { type: 'createGroup', groupId: 'g', name: 'Group', parentId: null }],
      [olga, { type: 'createGroup', groupId: 'h', name: 'Other', parentId: null }],
      [olga, { type: 'renameGroup', groupId: 'h', name: 'Renamed' }],
      [olga, { type: 'moveGroup', groupId: 'h', parentId: 'g' }],
      [olga, { type: 'deleteGroup', groupId: 'h' }],
      [olga, add('adam', 'ADMIN', { groupIds: ['g'] })],
      [olga, add('carl', 'CONTRIBUTOR')],
      [olga, { type: 'addGroupMember', groupId: 'g', userId: 'carl', role: 'MEMBER' }],
      [
        olga,
        { type: 'changeGroupRole', groupId: 'g', userId: 'carl', role: 'MAINTAINER', expectedRole: null },
      ],
      [olga, { type: 'removeGroupMember', groupId: 'g', userId: 'carl' }],
      [olga, { type: 'changeRole', userId: 'carl', role: 'REVIEWER', expectedRole: null }],
      [olga, { type: 'grantPermissions', userId: 'carl', permissions: ['users.invite'] }],
      [olga, { type: 'revokePermissions', userId: 'carl', permissions: ['users.invite'] }],
      [olga, { type: 'notifyUser', userId: 'carl', sealedMessage: 'sealed' }],
      [
        olga,
        { type: 'registerApplication', applicationId: 'a', name: 'App', technicalContactUserId: 'carl' },
      ],
      [olga, { type: 'registerApplication', applicationId: 'b', name: 'Bee', technicalContactUserId: null }],
      [olga, { type: 'retireApplication', applicationId: 'b' }],
      [olga, { type: 'assignContact', responsibility: technical, userId: 'carl' }],
      [olga, { type: 'reassignContacts', reassignments: [{ responsibility: technical, userId: 'adam' }] }],
      [
        olga,
        {
          type: 'registerWebhook',
          webhookId: 'w',
          address: { host: 'hooks.example.test', sealedUrl: 'sealed', urlIndex: 'index' },
          types: [],
        },
      ],
      [olga, { type: 'changeWebhook', webhookId: 'w', address: null, types: null, isEnabled: false }],
      [olga, { type: 'changeWebhook', webhookId: 'w', address: null, types: null, isEnabled: true }],
      [olga, { type: 'pingWebhook', webhookId: 'w' }],
      [olga, { type: 'redeliverWebhookEvents', webhookId: 'w', eventIds: ['e'], named: null }],
      [olga, { type: 'rotateWebhookSecret', webhookId: 'w', generation: 1 }],
      [olga, { type: 'removeWebhook', webhookId: 'w' }],
      [olga, { type: 'freezeUser', userId: 'carl' }],
      [olga, { type: 'unfreezeUser', userId: 'carl' }],
      [olga, end('removeUser', 'carl')],
      [olga, { type: 'reinstateUser', userId: 'carl', parts: snapshotParts, role: null, groupIds: [] }],
      [olga, end('removeUser', 'carl')],
      [olga, add('carl', 'REVIEWER')],
      [olga, add('sara', 'REVIEWER', { kind: 'SSO' })],
      [olga, end('deactivateUser', 'sara')],
      [olga, { type: 'terminateSession', userId: 'sara' }],
      [olga, { type: 'reactivateUser', userId: 'sara', confirmation: confirmed }],
      [olga, end('deleteUser', 'sara')],
      [person('carl'), end('leaveAccount', 'carl')],
      [olga, add('dora', 'REVIEWER')],
      [olga, schedule('dora', 's1')],
      [olga, { type: 'rescheduleEnd', userId: 'dora', at: START + 2 * HOUR }],
      [olga, { type: 'cancelScheduledEnd', userId: 'dora' }],
      [olga, schedule('dora', 's2')],
      [scheduler, { type: 'runScheduledEnd', userId: 'dora', scheduleId: 's2' }, 3 * HOUR],
      [olga, add('dina', 'REVIEWER')],
      [robo, { type: 'startDirectoryManagement', userId: 'dina', directory: 'entra' }],
      [robo, { type: 'endDirectoryManagement', userId: 'dina' }],
      [olga, invite('ina')],
      [olga, { type: 'copyInvitationLink', userId: 'ina' }],
      [
        olga,
        { type: 'resendInvitation', userId: 'ina', invitationId: 'i-ina', generation: 2, tokenHash: 'h2' },
      ],
      [person('ina'), answer('acceptInvitation', 'ina', 2)],
      [olga, invite('ida')],
      [person('ida'), answer('declineInvitation', 'ida', 1)],
      [olga, invite('ivy')],
      [olga, { type: 'revokeInvitation', userId: 'ivy' }],
      [olga, invite('iris')],
      [
        importer,
        {
          type: 'recordChangeSet',
          source: 'old',
          sequence: 1,
          part: 1,
          operationsApplied: 0,
          complete: true,
          digest: 'd',
          operationsSkipped: 0,
        },
      ],
      // The invitation of Iris has expired by then.
      [olga, { type: 'createGroup', groupId: 'late', name: 'Late', parentId: null }, 8 * 24 * HOUR],
    ];
    /** What was decided, where the event itself only goes along with it. */
    const decidedWith: Partial<Record<AccountEventType, AccountEventType>> = {
      ContactVacated: 'UserRemoved',
      ScheduledEndRun: 'UserRemoved',
    };

    it('of every kind of event', async () => {
      await openAcme();
      for (const [actor, command, later = 0] of story()) {
        clock += later;
        const [first] = await run('acme', actor, command);
        if (first?.type === 'InvitationAccepted') {
          const earlier = { revision: first.revision, effectiveAt: Date.parse(first.occurredAt) - 500 };
          await run('acme', olga, { type: 'correctMembershipPeriod', userId: 'ina', ...earlier });
        }
        if (first?.type === 'WebhookChanged' && first.data.isEnabled) {
          const failed = { webhookId: 'w', cause: 'FAILING', configuredAt: first.revision } as const;
          await run('acme', scheduler, { type: 'disableWebhook', ...failed });
        }
      }
      const recorded = await store.readStream('account-acme', { maxCount: 500 });
      const missing = new Set<string>(accountEventTypes);
      for (const { id, type } of recorded) {
        const { event, rules, policyVersion, authority } = await explained({ eventId: id });
        const codes = rules.map(({ code }) => code);
        const own = rulesOf[decidedWith[event.type] ?? event.type];
        expect(policyVersion).to.equal(event.policyVersion);
        expect(authority.via, type).to.be.oneOf([
          'MEMBERSHIP',
          'OPERATOR',
          'SYSTEM',
          'INVITATION',
          'SCHEDULE',
        ]);
        if (JSON.stringify(codes) === JSON.stringify(own)) missing.delete(type);
      }
      expect([...missing]).to.deep.equal([]);
    });

    it('of a whole decision, whichever of its events is asked about', async () => {
      await openAcme('DEFAULT', { responsibilities: presets.SUPEROFFICE.responsibilities });
      await run('acme', olga, add('carl', 'CONTRIBUTOR'), add('adam', 'ADMIN'));
      await run('acme', olga, { type: 'assignContact', responsibility: technical, userId: 'carl' });
      const successors = { forAll: 'adam', each: [] };
      const events = await run('acme', olga, end('removeUser', 'carl', { successors }));
      expect(events.map(({ type }) => type)).to.deep.equal(['ContactReassigned', 'UserRemoved']);
      const [one, two] = await Promise.all(events.map(explained));
      expect(one?.rules).to.deep.equal(two?.rules);
      expect(fact(two, 'REASSIGNMENT_REQUIRED', 'dutiesHeld')).to.equal('1');
      expect(fact(two, 'INVALID_SUCCESSOR', 'successorId')).to.equal('adam');
    });

    it('of an end that was due and refused: the one that refused it', async () => {
      await openAcme();
      await run('acme', olga, add('carl', 'CONTRIBUTOR'), add('dora', 'REVIEWER'));
      await run('acme', olga, schedule('dora', 's'));
      await run('acme', olga, { type: 'changeRole', userId: 'dora', role: 'OWNER', expectedRole: null });
      await run('acme', olga, {
        type: 'changePolicy',
        preset: 'DEFAULT',
        policy: { ...presets.DEFAULT, ownerManagesOwners: false },
        expectedPolicyVersion: null,
      });
      clock += 2 * HOUR;
      const [event] = await run('acme', scheduler, {
        type: 'runScheduledEnd',
        userId: 'dora',
        scheduleId: 's',
      });
      expect(event?.data).to.include({ outcome: 'REFUSED', code: 'TARGET_OUTRANKS_ACTOR' });
      const { rules, authority } = await explained(event);
      expect(rules.map(({ code }) => code)).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
      expect(authority).to.deep.equal({ via: 'SCHEDULE', role: 'OWNER', permission: null, source: null });
    });
  });

  describe('says by which right', () => {
    beforeEach(async () => {
      await openAcme();
      await run(
        'acme',
        olga,
        add('adam', 'ADMIN'),
        add('carl', 'CONTRIBUTOR', { permissions: ['users.manage'] }),
      );
      await run('acme', olga, add('rita', 'REVIEWER'), add('rudi', 'REVIEWER'));
    });

    it('a member acted, with the role he had then', async () => {
      const [removed] = await run('acme', adam, end('removeUser', 'rita'));
      await run('acme', olga, { type: 'changeRole', userId: 'adam', role: 'REVIEWER', expectedRole: null });
      expect((await explained(removed)).authority).to.deep.equal({
        via: 'MEMBERSHIP',
        role: 'ADMIN',
        permission: 'users.manage',
        source: null,
      });
    });

    it('an operator acted, with the role he had where his right was read', async () => {
      const [removed] = await run('acme', opal, end('removeUser', 'rita'));
      await run('root', rosa, { type: 'changeRole', userId: 'opal', role: 'REVIEWER', expectedRole: null });
      const { authority, event } = await explained(removed);
      expect(authority).to.deep.equal({
        via: 'OPERATOR',
        role: 'ADMIN',
        permission: 'users.manage',
        source: event.actor.authority,
      });
      expect(authority.source).to.include({ stream: 'account-root' });
    });

    it('a machine acted', async () => {
      const [started] = await run('acme', robo, {
        type: 'startDirectoryManagement',
        userId: 'rita',
        directory: 'entra',
      });
      const [removed] = await run('acme', robo, end('removeUser', 'rita'));
      expect((await explained(started)).authority).to.include({ via: 'OPERATOR', permission: 'users.edit' });
      expect(fact(await explained(removed), 'MANAGED_EXTERNALLY', 'actorIsService')).to.equal('true');
      expect(fact(await explained(removed), 'MANAGED_EXTERNALLY', 'directory')).to.equal('entra');
    });

    it('a role sufficed, where the policy asks for one (SW-1)', async () => {
      await run('acme', olga, {
        type: 'changePolicy',
        preset: 'SOFTWAREONE',
        policy: presets.SOFTWAREONE,
        expectedPolicyVersion: null,
      });
      const [removed] = await run('acme', adam, end('removeUser', 'rita'));
      expect((await explained(removed)).authority).to.include({ permission: 'role:ADMIN' });
    });

    it('an account was opened', async () => {
      const [first] = await store.readStream('account-acme', { maxCount: 1 });
      const { authority, rules } = await explained({ eventId: first?.id ?? '' });
      expect(authority).to.deep.include({ via: 'OPERATOR', role: 'OWNER', permission: 'accounts.create' });
      expect(rules).to.deep.equal([]);
    });

    it('somebody invited answered, and what was imported or due happened', async () => {
      await run('acme', olga, invite('ina'), invite('ida'));
      const [accepted] = await run('acme', person('ina'), answer('acceptInvitation', 'ina', 1));
      expect((await explained(accepted)).authority).to.deep.equal({
        via: 'INVITATION',
        role: null,
        permission: null,
        source: null,
      });
      const [imported] = await run(
        'acme',
        importer,
        end('removeUser', 'rita', { confirmation: { ...confirmed, confirmed: false } }),
      );
      const byImport = await explained(imported);
      expect(byImport.authority).to.deep.equal({ via: 'SYSTEM', role: null, permission: null, source: null });
      expect(fact(byImport, 'CONFIRMATION_REQUIRED', 'authority')).to.equal('SYSTEM');
      clock += 8 * 24 * HOUR;
      await accounts.execute({ accountId: 'acme', actor: system, commands: [] });
      const [expired] = await store.readStream('account-acme', { maxCount: 1, direction: 'BACKWARDS' });
      const due = await explained({ eventId: expired?.id ?? '' });
      expect([due.event.type, due.authority.via]).to.deep.equal(['InvitationExpired', 'SYSTEM']);
      expect(fact(due, 'INVITATION_EXPIRED', 'decidedAt')).to.equal(
        fact(due, 'INVITATION_EXPIRED', 'invitationExpiresAt'),
      );
    });
  });

  it('shows the policy and the facts as they were, however they changed since', async () => {
    await openAcme('DOCUMENT360');
    await run('acme', olga, add('otto', 'OWNER'), add('oda', 'OWNER'));
    const [deleted] = await run('acme', olga, end('deleteUser', 'otto'));
    const before = await explained(deleted);
    await run('acme', olga, {
      type: 'changePolicy',
      preset: 'DEFAULT',
      policy: presets.DEFAULT,
      expectedPolicyVersion: null,
    });
    await run('acme', olga, { type: 'changeRole', userId: 'oda', role: 'ADMIN', expectedRole: null });
    expect(await explained(deleted)).to.deep.equal(before);
    expect(before.policyVersion).to.equal(1);
    const offered = before.rules.find(({ code }) => code === 'OPERATION_NOT_OFFERED');
    expect(offered?.policy).to.deep.equal([{ field: 'operationsOffered', value: '["DEACTIVATE","DELETE"]' }]);
    expect(fact(before, 'LAST_OWNER', 'activeOwners')).to.equal('3');
    expect(fact(before, 'SELF_REMOVAL_FORBIDDEN', 'actorIsTarget')).to.equal('false');
  });

  it('of one among many decided at once shows what those before it had left', async () => {
    await openAcme('DOCUMENT360');
    await run('acme', olga, add('otto', 'OWNER'), add('oda', 'OWNER'));
    const items = ['otto', 'oda'].map((userId) => end('deactivateUser', userId));
    const events = await run('acme', olga, ...items);
    const owners = await Promise.all(
      events.map(async (event) => fact(await explained(event), 'LAST_OWNER', 'activeOwners')),
    );
    expect(owners).to.deep.equal(['3', '2']);
  });

  describe('is refused', () => {
    it('to whoever may not read the audit trail, or not see the account, and for what is not in it', async () => {
      const [first] = await openAcme();
      await run('acme', olga, add('adam', 'ADMIN'), add('carl', 'CONTRIBUTOR'));
      const eventId = first?.eventId ?? '';
      expect(await codeOf(explain(eventId, adam))).to.equal('explained');
      expect(await codeOf(explain(eventId, opal))).to.equal('explained');
      expect(await codeOf(explain(eventId, person('carl')))).to.deep.equal([
        'PERMISSION_DENIED',
        'audit.read',
      ]);
      expect(await codeOf(explain(eventId, person('eve')))).to.deep.equal(['NOT_FOUND', 'accountId']);
      expect(await codeOf(explain(eventId, olga, 'nowhere'))).to.deep.equal(['NOT_FOUND', 'accountId']);
      expect(await codeOf(explain('no-such-event'))).to.deep.equal(['NOT_FOUND', 'eventId']);
      const [elsewhere] = await store.readStream('account-root', { maxCount: 1 });
      expect(await codeOf(explain(elsewhere?.id ?? ''))).to.deep.equal(['NOT_FOUND', 'eventId']);
    });
  });

  it('leaves the others their turns while it looks through a long stream', async () => {
    const builder = eventBuilder({ accountId: 'long', clock: () => new Date(clock).toISOString() });
    const events: AccountEvent[] = [opened(), added('olga', 'OWNER')];
    for (let i = 0; i < 10_000; i += 1)
      events.push({ type: 'GroupCreated', data: { groupId: `g${i}`, name: `G${i}`, parentId: null } });
    for (let i = 0; i < events.length; i += 1_000) await builder.append(store, events.slice(i, i + 1_000));
    const [last] = await store.readStream('account-long', { maxCount: 1, direction: 'BACKWARDS' });
    await accounts.read('long', () => undefined);
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const answer = await explain(last?.id ?? '', olga, 'long');
    isOver = true;
    expect(answer).to.have.property('policyVersion');
    // Over 10,000 events, to fold what was before it; 250 at a time.
    expect(turns).to.be.greaterThan(39);
  });

  describe('of a long stream', () => {
    let last: string;
    let eventsRead: number;
    /** The same store, counting what is read from it. */
    let counting: SqliteEventStore;
    beforeEach(async () => {
      const builder = eventBuilder({ accountId: 'long', clock: () => new Date(clock).toISOString() });
      const events: AccountEvent[] = [opened(), added('olga', 'OWNER')];
      for (let i = 0; i < 6_000; i += 1)
        events.push({ type: 'GroupCreated', data: { groupId: `g${i}`, name: `G${i}`, parentId: null } });
      for (let i = 0; i < events.length; i += 1_000) await builder.append(store, events.slice(i, i + 1_000));
      // Enough for a snapshot.
      await accounts.read('long', () => undefined);
      await accounts.close();
      last =
        (await run('long', olga, { type: 'createGroup', groupId: 'z', name: 'Z', parentId: null }))[0]
          ?.eventId ?? '';
      await lists.caughtUp();
      eventsRead = 0;
      counting = Object.create(store, {
        readStream: {
          value: async (...asked: Parameters<SqliteEventStore['readStream']>) => {
            const page = await store.readStream(...asked);
            eventsRead += page.length;
            return page;
          },
        },
      });
    });
    const ask = (eventId: string, revision: number | null = lists.revisionOfEvent({ stream, eventId })) =>
      explainDecision(
        {
          accounts,
          store: counting,
          snapshots,
          lists: { caughtUp: async () => {}, revisionOfEvent: () => revision },
        },
        { accountId: 'long', actor: olga, eventId },
      );
    const stream = 'account-long';

    it('begins at the snapshot where there is one before the event', async () => {
      expect(await ask(last)).to.have.property('policyVersion');
      expect(eventsRead).to.be.lessThan(300);
    });

    it('reads nothing for an event that is not there', async () => {
      expect(await codeOf(ask('no-such-event'))).to.deep.equal(['NOT_FOUND', 'eventId']);
      expect(eventsRead).to.equal(0);
    });

    it('does not take the read model’s word for where an event stands', async () => {
      expect(await codeOf(ask(last, 3))).to.deep.equal(['NOT_FOUND', 'eventId']);
      expect(await codeOf(ask(last, 99_999))).to.deep.equal(['NOT_FOUND', 'eventId']);
    });

    it('lets so many wait and no more, each account in a lane of its own', async () => {
      const others = Array.from({ length: MAX_QUESTIONS + 1 }, () => ask(last));
      const settled = Promise.allSettled(others);
      const [opening] = await store.readStream('account-root', { maxCount: 1 });
      const elsewhere = explainDecision(
        {
          accounts,
          store: counting,
          snapshots,
          lists: { caughtUp: async () => {}, revisionOfEvent: () => 0 },
        },
        { accountId: 'root', actor: rosa, eventId: opening?.id ?? '' },
      );
      const first = await Promise.race([elsewhere.then(() => 'elsewhere'), Promise.all(others.slice(0, 10))]);
      expect(first).to.equal('elsewhere');
      const answers = await settled;
      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.name] : []));
      expect(refused).to.deep.equal(['Overloaded']);
      expect(await ask(last)).to.have.property('policyVersion');
    });
  });
});

const codeOf = async (asked: Promise<DecisionExplanation | Rejection>) => {
  const answer = await asked;
  return isRejection(answer) ? [answer.code, answer.field ?? answer.permission] : 'explained';
};

const fact = (explanation: DecisionExplanation | undefined, code: string, name: string): string | undefined =>
  explanation?.rules.find((rule) => rule.code === code)?.facts.find((one) => one.name === name)?.value;

const open = (kind: 'STANDARD' | 'OPERATOR', userId: string, permissions: readonly string[]) =>
  ({
    type: 'openAccount',
    accountId: kind === 'OPERATOR' ? 'root' : 'acme',
    name: 'Any',
    kind,
    operators: kind === 'OPERATOR' ? [] : ['root'],
    preset: 'DEFAULT',
    policy: presets.DEFAULT,
    owner: { userId, membershipId: `m-${userId}`, permissions },
  }) as const;

const add = (
  userId: string,
  role: Role,
  also: { kind?: MemberKind; permissions?: readonly string[]; groupIds?: readonly string[] } = {},
): AccountCommand => ({
  type: 'addUser',
  userId,
  membershipId: `m-${userId}`,
  kind: 'STANDARD',
  role,
  permissions: [],
  groupIds: [],
  ...also,
});

const invite = (userId: string): AccountCommand => ({
  type: 'inviteUser',
  userId,
  membershipId: `m-${userId}`,
  invitationId: `i-${userId}`,
  kind: 'STANDARD',
  role: 'REVIEWER',
  permissions: [],
  groupIds: [],
  tokenHash: 'h1',
});

const answer = (
  type: 'acceptInvitation' | 'declineInvitation',
  userId: string,
  generation: number,
): AccountCommand => ({ type, userId, invitationId: `i-${userId}`, generation, tokenHash: `h${generation}` });

const schedule = (userId: string, scheduleId: string): AccountCommand => ({
  type: 'scheduleEnd',
  scheduleId,
  userId,
  operation: 'REMOVE',
  at: START + HOUR,
  successorId: null,
  confirmation: confirmed,
});
