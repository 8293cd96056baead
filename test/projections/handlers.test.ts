import { expect } from 'chai';
import { OPEN_TIME } from '../../projections/members/period-table.js';
import { account, accountsOfUser, authority, rootAccountId } from '../../projections/queries/accounts.js';
import { groupsOfUser } from '../../projections/queries/groups.js';
import { membershipById } from '../../projections/queries/memberships.js';
import {
  applicationsPage,
  responsibilitiesOfUser,
  responsibilitiesPage,
} from '../../projections/queries/responsibilities.js';
import {
  type AccountEvent,
  type AccountEventType,
  accountEventTypes,
} from '../../src/domain/account/events.js';
import { presets } from '../../src/domain/account/policy.js';
import type { DomainEventType } from '../../src/domain/event.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { MemoryLog } from './memory-log.js';
import { projections, ReadModelFixture } from './read-model-fixture.js';

const day = (n: number) => new Date(Date.UTC(2024, 0, n)).toISOString();
const ms = (n: number) => Date.UTC(2024, 0, n);
const page = { limit: 50 };

describe('the members file', () => {
  let fixture: ReadModelFixture;
  let log: MemoryLog;
  let builder: ReturnType<typeof eventBuilder>;
  let members: ReturnType<ReadModelFixture['connect']>['members'];

  beforeEach(() => {
    fixture = new ReadModelFixture();
    log = new MemoryLog();
    builder = eventBuilder({ accountId: 'a1', clock: () => day(1) });
  });
  afterEach(() => fixture.close());

  const opened = (operators: string[] = []): AccountEvent => ({
    type: 'AccountOpened',
    data: {
      name: 'Acme',
      kind: 'STANDARD',
      operators,
      preset: 'DEFAULT',
      policy: presets.DEFAULT,
      policyVersion: 1,
    },
  });
  const who = (userId: string) => ({ userId, membershipId: uuidOf(userId) });
  const added = (userId: string, role: 'OWNER' | 'REVIEWER' = 'OWNER'): AccountEvent => ({
    type: 'UserAdded',
    data: { ...who(userId), kind: 'STANDARD', role, permissions: ['app-store'] },
  });
  const snapshot = {
    kind: 'STANDARD',
    role: 'OWNER',
    permissions: [],
    groups: [],
    responsibilities: [],
  } as const;
  const given = async (...days: readonly (readonly [number, ...AccountEvent[]])[]) => {
    for (const [n, ...events] of days)
      await builder.append(log, events, { occurredAt: day(n), recordedAt: day(n) });
    await fixture.catchUp(log);
    members = fixture.connect().members;
  };
  const periods = () =>
    members
      .prepare(
        'SELECT status, valid_from, valid_to, known_from, known_to, revision FROM membership_periods ORDER BY 4, 2',
      )
      .raw()
      .all();

  it('keeps a membership in one row from joining to its end', async () => {
    await given(
      [1, opened()],
      [2, added('ann')],
      [3, { type: 'UserDeactivated', data: { ...who('ann'), snapshot } }],
    );
    expect(membershipById(members, uuidOf('ann'))).to.deep.include({
      userId: 'ann',
      status: 'INACTIVE',
      role: 'OWNER',
      permissions: '["app-store"]',
      joinedAt: ms(2),
      statusSince: ms(3),
      endedAt: null,
    });
    await given([5, { type: 'UserLeft', data: { ...who('ann'), snapshot } }]);
    expect(membershipById(members, uuidOf('ann'))).to.deep.include({
      status: 'REMOVED',
      endedBy: 'LEFT',
      endedAt: ms(5),
    });
    await given([
      6,
      { type: 'UserRejoined', data: { ...who('ann'), kind: 'SSO', role: 'REVIEWER', permissions: [] } },
    ]);
    expect(membershipById(members, uuidOf('ann'))).to.deep.include({
      status: 'ACTIVE',
      endedBy: null,
      kind: 'SSO',
      joinedAt: ms(6),
      endedAt: null,
    });
  });

  it('closes the open period when something changes, and remembers what was known before', async () => {
    await given(
      [1, opened()],
      [2, added('ann')],
      [4, { type: 'UserRemoved', data: { ...who('ann'), snapshot } }],
    );
    expect(periods()).to.deep.equal([
      ['ACTIVE', ms(2), OPEN_TIME, ms(2), ms(4), 1],
      ['ACTIVE', ms(2), ms(4), ms(4), OPEN_TIME, 1],
      ['REMOVED', ms(4), OPEN_TIME, ms(4), OPEN_TIME, 2],
    ]);
  });

  it('moves the boundary of a corrected event, and only what was known from then on', async () => {
    await given(
      [1, opened()],
      [2, added('ann')],
      [6, { type: 'UserRemoved', data: { ...who('ann'), snapshot } }],
      [
        8,
        {
          type: 'MembershipPeriodCorrected',
          data: { ...who('ann'), correctedRevision: 2, from: day(6), to: day(4) },
        },
      ],
    );
    expect(periods()).to.deep.equal([
      ['ACTIVE', ms(2), OPEN_TIME, ms(2), ms(6), 1],
      ['ACTIVE', ms(2), ms(6), ms(6), ms(8), 1],
      ['REMOVED', ms(6), OPEN_TIME, ms(6), ms(8), 2],
      ['ACTIVE', ms(2), ms(4), ms(8), OPEN_TIME, 1],
      ['REMOVED', ms(4), OPEN_TIME, ms(8), OPEN_TIME, 2],
    ]);
    expect(membershipById(members, uuidOf('ann'))).to.deep.include({ statusSince: ms(4), endedAt: ms(4) });
  });

  it('takes a person out of every group with the end of the membership, not with deactivation', async () => {
    const group = (groupId: string): AccountEvent => ({
      type: 'GroupCreated',
      data: { groupId, name: groupId, parentId: null },
    });
    const inGroup = (groupId: string): AccountEvent => ({
      type: 'GroupMemberAdded',
      data: { groupId, userId: 'ann', role: 'MEMBER' },
    });
    await given([1, opened(), group('g1'), group('g2')], [2, added('ann'), inGroup('g1'), inGroup('g2')]);
    await given([3, { type: 'UserDeactivated', data: { ...who('ann'), snapshot } }]);
    const groups = () => groupsOfUser(members, { accountId: 'a1', userId: 'ann' }).map((row) => row.groupId);
    expect(groups()).to.deep.equal(['g1', 'g2']);
    await given([4, { type: 'GroupDeleted', data: { groupId: 'g1', name: 'g1' } }]);
    expect(groups()).to.deep.equal(['g2']);
    await given([5, { type: 'UserRemoved', data: { ...who('ann'), snapshot } }]);
    expect(groups()).to.deep.equal([]);
  });

  it('shows a duty as vacant until somebody holds it, and no longer when its application is retired', async () => {
    const responsibility = { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId: 'app' } as const;
    await given([
      1,
      opened(),
      { type: 'ApplicationRegistered', data: { applicationId: 'app', name: 'Shop' } },
    ]);
    const duties = () =>
      responsibilitiesPage(members, { accountId: 'a1' }, page).rows.map((row) => [row.kind, row.userId]);
    expect(duties()).to.deep.equal([
      ['ACCOUNT_TECHNICAL_CONTACT', null],
      ['ACCOUNT_ADMINISTRATIVE_CONTACT', null],
      ['APPLICATION_TECHNICAL_CONTACT', null],
    ]);
    await given([2, added('ann'), { type: 'ContactAssigned', data: { responsibility, userId: 'ann' } }]);
    expect(responsibilitiesOfUser(members, { accountId: 'a1', userId: 'ann' })).to.have.length(1);
    expect(applicationsPage(members, { accountId: 'a1' }, page).rows).to.have.length(1);
    await given([
      3,
      {
        type: 'ApplicationRetired',
        data: { applicationId: 'app', name: 'Shop', technicalContactUserId: 'ann' },
      },
    ]);
    expect(duties()).to.have.length(2);
    expect(applicationsPage(members, { accountId: 'a1' }, page).rows).to.have.length(0);
    expect(responsibilitiesOfUser(members, { accountId: 'a1', userId: 'ann' })).to.have.length(0);
  });

  it('tells by which memberships a person may act on an account', async () => {
    const operator = eventBuilder({ accountId: 'op', clock: () => day(1) });
    await operator.append(log, [opened(), added('olga')]);
    await given([1, opened(['op'])], [2, added('ann', 'REVIEWER')]);
    expect(authority(members, { accountId: 'a1', userId: 'ann' })).to.deep.include({ operators: [] });
    expect(authority(members, { accountId: 'a1', userId: 'ann' }).own).to.include({
      role: 'REVIEWER',
      status: 'ACTIVE',
    });
    expect(authority(members, { accountId: 'a1', userId: 'olga' })).to.have.nested.property(
      'operators[0].accountId',
      'op',
    );
    await given([3, { type: 'OperatorUnlinked', data: { operatorAccountId: 'op' } }]);
    expect(authority(members, { accountId: 'a1', userId: 'olga' })).to.deep.equal({
      own: null,
      operators: [],
    });
    expect(accountsOfUser(members, 'olga').map((row) => row.accountId)).to.deep.equal(['op']);
  });

  it('knows the account, its policy and the root account', async () => {
    const installation = eventBuilder({ accountId: null, stream: 'installation', clock: () => day(1) });
    await installation.append(log, [{ type: 'RootAccountNamed', data: { accountId: 'a1' } }]);
    const policy = { ...presets.DOCUMENT360 };
    await given(
      [1, opened()],
      [2, { type: 'PolicyChanged', data: { preset: 'DOCUMENT360', policy, policyVersion: 2 } }],
    );
    expect(account(members, 'a1')).to.include({ name: 'Acme', policyVersion: 2, preset: 'DOCUMENT360' });
    expect(JSON.parse(account(members, 'a1')?.policy ?? '')).to.deep.equal(policy);
    expect(account(members, 'a2')).to.equal(null);
    expect(rootAccountId(members)).to.equal('a1');
  });
});

describe('every projection', () => {
  for (const projection of projections)
    it(`handles or ignores every type of event: ${projection.name}`, () => {
      expect(projection.interest).to.have.all.keys(...accountEventTypes, ...Object.keys(otherTypes));
    });

  it('has an entry in the audit log for every one of them', () => {
    const audit = projections.find(({ name }) => name === 'audit');
    expect(new Set(Object.values(audit?.interest ?? {}))).to.deep.equal(new Set(['handled']));
  });
});

/** The compiler keeps the list complete. */
const otherTypes = {
  RootAccountNamed: true,
  CheckpointSigned: true,
  UserRegistered: true,
  ProfileRecorded: true,
  IdentityLinked: true,
  EmailClaimed: true,
  IdentityClaimed: true,
  LegalHoldPlaced: true,
  LegalHoldReleased: true,
  ErasureRequested: true,
  PersonalDataErased: true,
  BulkOperationStarted: true,
  BulkPartDone: true,
  BulkOperationFinished: true,
  MailRequested: true,
  MailSent: true,
  MailSuppressed: true,
  AttemptRefused: true,
  AuditRead: true,
  MailFailed: true,
  WebhookDeliveryClaimed: true,
  WebhookDelivered: true,
  WebhookAttemptFailed: true,
  WebhookEventGivenUp: true,
  WebhookSentOnRequest: true,
  WebhookDeliveryEnded: true,
} satisfies Record<Exclude<DomainEventType, AccountEventType>, true>;
