import { expect } from 'chai';
import type { AccountCommand, ScheduleEnd } from '../../../src/domain/account/commands.js';
import { offboardingFacts, previewToken } from '../../../src/domain/account/confirmation.js';
import type { AccountEvent, AccountEventOf } from '../../../src/domain/account/events.js';
import { type AccountPolicy, presets } from '../../../src/domain/account/policy.js';
import type { Role } from '../../../src/domain/account/roles.js';
import { ACCOUNT } from '../../../src/domain/account/state.js';
import {
  about,
  added,
  administrative,
  bare,
  confirmed,
  end,
  ended,
  given,
  linked,
  managedBy,
  nameOf,
  opened,
  operator,
  START,
  STEP_MS,
  scheduler,
  service,
  system,
  unconfirmed,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const DAY_MS = 24 * 3_600_000;
const AT = START + 30 * DAY_MS;
const contact: AccountEvent = {
  type: 'ContactAssigned',
  data: { responsibility: administrative, userId: 'rita' },
};
const people = [
  linked,
  added('olga', 'OWNER'),
  added('otto', 'OWNER'),
  added('adam', 'ADMIN'),
  added('rita', 'REVIEWER'),
];
const base = [opened(), ...people];
const schedule = (also: Partial<ScheduleEnd> = {}): ScheduleEnd => ({
  type: 'scheduleEnd',
  scheduleId: 's',
  userId: 'rita',
  operation: 'REMOVE',
  at: AT,
  successorId: null,
  confirmation: confirmed,
  ...also,
});
const run = (userId = 'rita', scheduleId = 's'): AccountCommand => ({
  type: 'runScheduledEnd',
  userId,
  scheduleId,
});
const scheduled = (
  orderedAs: Role,
  also: Partial<AccountEventOf<'EndScheduled'>['data']> = {},
): AccountEvent => ({
  type: 'EndScheduled',
  data: {
    userId: 'rita',
    membershipId: 'm-rita',
    scheduleId: 's',
    operation: 'REMOVE',
    at: new Date(AT).toISOString(),
    successorId: null,
    orderedAs,
    ...also,
  },
});
const outcome = (decision: unknown) =>
  (decision as readonly AccountEvent[]).map((event) =>
    event.type === 'ScheduledEndRun' ? `${event.data.outcome} ${event.data.code ?? ''}`.trim() : event.type,
  );

describe('scheduling an end', () => {
  it('is cancelled by nobody of a lower rank, whether or not there is one', () => {
    const cancel: AccountCommand = { type: 'cancelScheduledEnd', userId: 'otto' };
    given(...base)
      .when(cancel, user('adam'))
      .thenRejected('TARGET_OUTRANKS_ACTOR');
    given(...base)
      .when(cancel, user('olga'))
      .thenNothing();
  });

  it('writes down what, when, who takes over, and with which rank it was ordered', () =>
    given(...base)
      .when(schedule({ successorId: 'olga' }), user('adam'))
      .then(scheduled('ADMIN', { successorId: 'olga' })));
  it('ends nothing yet', () => {
    const timeline = new Timeline(base);
    timeline.ask(schedule());
    expect(timeline.state.memberships.get('rita')?.status).to.equal('ACTIVE');
    timeline.now = AT;
    expect(timeline.writeDue()).to.deep.equal([]);
  });
  it('takes a time to come', () => {
    for (const at of [START, START + base.length * STEP_MS, Number.NaN])
      given(...base)
        .when(schedule({ at }))
        .thenRejected('INVALID_INPUT', { field: 'at' });
    given(...base)
      .when(schedule({ at: START + base.length * STEP_MS + 1 }))
      .thenTypes('EndScheduled');
  });
  it('takes a time at most ten years ahead, to the day', () => {
    const now = START + base.length * STEP_MS;
    const limit = `2036-01-01T00:0${base.length}:00.000Z`;
    const refused = given(...base).when(schedule({ at: Date.parse(limit) + 1 }));
    refused.thenRejected('INVALID_INPUT', { field: 'at' });
    expect(refused.decision).to.have.property('message').that.includes(limit);
    for (const at of [now + 1, Date.parse(limit)])
      given(...base)
        .when(schedule({ at }))
        .thenTypes('EndScheduled');
  });
  it('is confirmed now, as the operation would be', () => {
    given(...base)
      .when(schedule({ confirmation: unconfirmed }))
      .thenRejected('CONFIRMATION_REQUIRED', { confirmation: 'FLAG' });
    given(...base)
      .when(schedule({ operation: 'DELETE' }))
      .thenRejected('CONFIRMATION_REQUIRED', { confirmation: 'PREVIEW_TOKEN' });
    given(...base)
      .when(schedule({ confirmation: { ...confirmed, previewToken: 'old' } }))
      .thenRejected('STALE_PREVIEW');
    const timeline = new Timeline(base);
    const account = timeline.state.account.get(ACCOUNT);
    const rita = timeline.state.memberships.get('rita');
    if (account === undefined || rita === undefined) throw new Error('nobody there');
    const token = previewToken(offboardingFacts(timeline.state, account, rita, 'DELETE'), (text) => text);
    const ordered = schedule({ operation: 'DELETE', confirmation: { ...unconfirmed, previewToken: token } });
    expect(timeline.ask(ordered)).to.have.lengthOf(1);
  });
  it('keeps to what the account offers, and to every guard of the operation', () => {
    given(opened('PARTNER_PORTAL'), ...people)
      .when(schedule())
      .thenRejected('OPERATION_NOT_OFFERED', { useInstead: 'deactivateUser' });
    given(...base)
      .when(schedule({ userId: 'adam' }), user('adam'))
      .thenRejected('SELF_REMOVAL_FORBIDDEN');
    given(...base)
      .when(schedule({ userId: 'otto' }), user('adam'))
      .thenRejected('TARGET_OUTRANKS_ACTOR');
    given(...base, about('UserFrozen', 'otto'))
      .when(schedule({ userId: 'olga' }), system)
      .thenRejected('LAST_OWNER');
    given(...base, managedBy('entra', 'rita'))
      .when(schedule())
      .thenRejected('MANAGED_EXTERNALLY');
  });
  it('tells of rank before it tells that the membership has ended', () =>
    given(...base, ended('UserRemoved', 'otto', bare('OWNER')))
      .when(schedule({ userId: 'otto' }), user('adam'))
      .thenRejected('TARGET_OUTRANKS_ACTOR'));
  it('names a successor who is there, and not the leaver', () => {
    for (const successorId of ['rita', 'eve'])
      given(...base)
        .when(schedule({ successorId }))
        .thenRejected('INVALID_SUCCESSOR', { field: 'successorId' });
  });
  it('with a successor needs contacts.reassign: nobody is there to ask when it runs', () => {
    const mona = added('mona', 'CONTRIBUTOR', ['users.manage']);
    given(...base, mona)
      .when(schedule({ successorId: 'mona' }), user('mona'))
      .thenRejected('PERMISSION_DENIED', { permission: 'contacts.reassign' });
    given(...base, mona)
      .when(schedule(), user('mona'))
      .thenTypes('EndScheduled');
  });
  it('is done once: another is refused, whatever it says', () => {
    given(...base, scheduled('OWNER'))
      .when(schedule({ scheduleId: 't', operation: 'DEACTIVATE', at: AT + 1 }))
      .thenRejected('ALREADY_SCHEDULED', { useInstead: 'rescheduleEnd' });
    given(
      ...base,
      scheduled('OWNER'),
      ended('UserRemoved', 'rita', bare('REVIEWER')),
      added('rita', 'REVIEWER'),
    )
      .when(schedule({ scheduleId: 't' }))
      .thenTypes('EndScheduled');
  });
  it('goes for whoever is deactivated or frozen, too', () => {
    const inactive = ended('UserDeactivated', 'rita', bare('REVIEWER'));
    for (const event of [inactive, about('UserFrozen', 'rita')])
      given(...base, event)
        .when(schedule())
        .thenTypes('EndScheduled');
  });
});

describe('rescheduling', () => {
  const reschedule = (at: number, userId = 'rita'): AccountCommand => ({ type: 'rescheduleEnd', userId, at });

  it('moves the time and nothing else', () => {
    given(...base, scheduled('OWNER', { successorId: 'adam' }))
      .when(reschedule(AT + 1))
      .then({
        type: 'EndRescheduled',
        data: {
          userId: 'rita',
          membershipId: 'm-rita',
          scheduleId: 's',
          from: new Date(AT).toISOString(),
          to: new Date(AT + 1).toISOString(),
        },
      });
    const timeline = new Timeline([...base, scheduled('OWNER', { successorId: 'adam' })]);
    const before = timeline.state.memberships.get('rita')?.scheduledEnd;
    timeline.ask(reschedule(AT + 1));
    expect(timeline.state.memberships.get('rita')?.scheduledEnd).to.deep.equal({ ...before, at: AT + 1 });
  });
  it('to the same time changes nothing', () =>
    given(...base, scheduled('OWNER'))
      .when(reschedule(AT))
      .thenNothing());
  it('takes a time to come', () =>
    given(...base, scheduled('OWNER'))
      .when(reschedule(START))
      .thenRejected('INVALID_INPUT', { field: 'at' }));
  it('takes a time at most ten years ahead', () =>
    given(...base, scheduled('OWNER'))
      .when(reschedule(Date.parse('2037-01-01T00:00:00.000Z')))
      .thenRejected('INVALID_INPUT', { field: 'at' }));
  it('needs something scheduled', () =>
    given(...base)
      .when(reschedule(AT))
      .thenRejected('NOT_SCHEDULED', { useInstead: 'scheduleEnd' }));
  it('moves what runs: not at the old time, at the new one', () => {
    const timeline = new Timeline(base);
    timeline.ask(schedule());
    timeline.ask(reschedule(AT + 1));
    timeline.now = AT;
    expect(timeline.ask(run(), scheduler)).to.deep.equal([]);
    timeline.now = AT + 1;
    expect(outcome(timeline.ask(run(), scheduler))).to.deep.equal(['UserRemoved', 'APPLIED']);
  });
});

describe('cancelling', () => {
  const cancel = (userId = 'rita'): AccountCommand => ({ type: 'cancelScheduledEnd', userId });

  it('leaves the membership as it is, for good', () => {
    given(...base, scheduled('OWNER'))
      .when(cancel())
      .then({
        type: 'ScheduledEndCancelled',
        data: { userId: 'rita', membershipId: 'm-rita', scheduleId: 's' },
      });
    const timeline = new Timeline([...base, scheduled('OWNER')]);
    timeline.ask(cancel());
    timeline.now = AT;
    expect(timeline.ask(run(), scheduler)).to.deep.equal([]);
  });
  it('is not for the one it was ordered for, nor is moving it; his own he may take back', () => {
    const events = [opened('DOCUMENT360', { operationsOffered: ['REMOVE', 'DEACTIVATE'] }), ...people];
    for (const ordered of ['olga', 'adam'] as const) {
      const timeline = new Timeline(events);
      timeline.ask(schedule({ userId: 'adam' }), user(ordered));
      for (const command of [
        cancel('adam'),
        { type: 'rescheduleEnd', userId: 'adam', at: AT + 1 } as const,
      ]) {
        const name = nameOf(timeline.decide(command, user('adam')));
        expect(name).to.match(
          ordered === 'adam' ? /^EndRescheduled$|^ScheduledEndCancelled$/ : /^TARGET_OUTRANKS_ACTOR$/,
        );
      }
      expect(timeline.decide(cancel('adam'), user('olga'))).to.have.lengthOf(1);
    }
  });
});

describe('running what was scheduled', () => {
  const atItsTime = (events: readonly AccountEvent[], command = run()) =>
    outcome(given(...events).when(command, scheduler, AT).decision);

  it('comes to the same as the operation at that moment, and says so', () => {
    given(...base, contact, scheduled('OWNER', { successorId: 'adam' }))
      .when(run(), scheduler, AT)
      .then(
        {
          type: 'ContactReassigned',
          data: { responsibility: administrative, fromUserId: 'rita', toUserId: 'adam' },
        },
        {
          type: 'UserRemoved',
          data: {
            userId: 'rita',
            membershipId: 'm-rita',
            snapshot: bare('REVIEWER', { responsibilities: [administrative] }),
            from: 'ACTIVE',
            notify: true,
          },
        },
        {
          type: 'ScheduledEndRun',
          data: {
            userId: 'rita',
            membershipId: 'm-rita',
            scheduleId: 's',
            operation: 'REMOVE',
            outcome: 'APPLIED',
            code: null,
          },
        },
      );
  });
  it('comes neither before its time nor for another schedule, and never twice', () => {
    given(...base, scheduled('OWNER'))
      .when(run(), scheduler, AT - 1)
      .thenNothing();
    given(...base, scheduled('OWNER'))
      .when(run('rita', 't'), scheduler, AT)
      .thenNothing();
    const timeline = new Timeline(base);
    timeline.ask(schedule());
    timeline.now = AT;
    expect(outcome(timeline.ask(run(), scheduler))).to.deep.equal(['UserRemoved', 'APPLIED']);
    expect(timeline.ask(run(), scheduler)).to.deep.equal([]);
  });
  it('is not for a membership that has begun anew', () => {
    for (const ending of ['UserRemoved', 'UserDeleted'] as const)
      expect(
        atItsTime([
          ...base,
          scheduled('OWNER'),
          ended(ending, 'rita', bare('REVIEWER')),
          added('rita', 'REVIEWER'),
        ]),
      ).to.deep.equal([]);
  });
  it('asks for no confirmation: it was given when it was ordered', () =>
    expect(
      atItsTime([
        ...base,
        ended('UserDeactivated', 'rita', bare('REVIEWER')),
        scheduled('OWNER', { operation: 'DELETE' }),
      ]),
    ).to.deep.equal(['UserDeleted', 'APPLIED']));
  it('finds it so already', () =>
    expect(
      atItsTime([
        ...base,
        scheduled('OWNER', { operation: 'DEACTIVATE' }),
        ended('UserDeactivated', 'rita', bare('REVIEWER')),
      ]),
    ).to.deep.equal(['UNCHANGED']));

  describe('is refused, written down, and not tried again', () => {
    const promoted = (to: Role): AccountEvent => ({
      type: 'RoleChanged',
      data: { userId: 'rita', membershipId: 'm-rita', from: 'REVIEWER', to },
    });
    const policy = (also: Partial<AccountPolicy>): AccountEvent => ({
      type: 'PolicyChanged',
      data: { preset: 'DEFAULT', policy: { ...presets.DEFAULT, ...also }, policyVersion: 2 },
    });
    const cases: readonly [string, readonly AccountEvent[], code: string][] = [
      [
        'when the person outranks the one who ordered it by now',
        [scheduled('ADMIN'), promoted('OWNER')],
        'TARGET_OUTRANKS_ACTOR',
      ],
      [
        'when the person is of equal rank by now, as the policy says',
        [scheduled('ADMIN'), promoted('ADMIN')],
        'TARGET_OUTRANKS_ACTOR',
      ],
      [
        'when a directory has taken over since',
        [scheduled('OWNER'), managedBy('entra', 'rita')],
        'MANAGED_EXTERNALLY',
      ],
      [
        'when the operation is offered no more',
        [scheduled('OWNER'), policy({ operationsOffered: ['DELETE'] })],
        'OPERATION_NOT_OFFERED',
      ],
      ['when there are duties and nobody was named', [scheduled('OWNER'), contact], 'REASSIGNMENT_REQUIRED'],
      [
        'when the successor is gone',
        [scheduled('OWNER', { successorId: 'adam' }), contact, ended('UserRemoved', 'adam', bare('ADMIN'))],
        'INVALID_SUCCESSOR',
      ],
      [
        'when the successor is frozen',
        [scheduled('OWNER', { successorId: 'adam' }), contact, about('UserFrozen', 'adam')],
        'INVALID_SUCCESSOR',
      ],
      [
        'when the person is the last owner by now',
        [scheduled('OWNER'), promoted('OWNER'), about('UserFrozen', 'olga'), about('UserFrozen', 'otto')],
        'LAST_OWNER',
      ],
      [
        'when it would delete somebody active',
        [scheduled('OWNER', { operation: 'DELETE' })],
        'DELETE_REQUIRES_INACTIVE',
      ],
    ];
    for (const [why, events, code] of cases)
      it(why, () => {
        expect(atItsTime([...base, ...events])).to.deep.equal([`REFUSED ${code}`]);
        const timeline = new Timeline([...base, ...events]);
        timeline.now = AT;
        timeline.ask(run(), scheduler);
        expect(timeline.state.memberships.get('rita')).to.include({ status: 'ACTIVE', scheduledEnd: null });
        expect(timeline.ask(run(), scheduler)).to.deep.equal([]);
      });
  });

  it('does not mind a successor who is gone when there is nothing to hand over', () =>
    expect(
      atItsTime([
        ...base,
        scheduled('OWNER', { successorId: 'adam' }),
        ended('UserRemoved', 'adam', bare('ADMIN')),
      ]),
    ).to.deep.equal(['UserRemoved', 'APPLIED']));
  it('stands when the one who ordered it is demoted or gone since', () =>
    expect(
      atItsTime([...base, scheduled('ADMIN'), ended('UserRemoved', 'adam', bare('ADMIN'))]),
    ).to.deep.equal(['UserRemoved', 'APPLIED']));
  it('applies what a person ordered for himself, if he still may', () => {
    const timeline = new Timeline([opened('DOCUMENT360'), ...people]);
    timeline.ask(schedule({ userId: 'adam', operation: 'DEACTIVATE' }), user('adam'));
    timeline.now = AT;
    expect(outcome(timeline.decide(run('adam'), scheduler))).to.deep.equal(['UserDeactivated', 'APPLIED']);
    timeline.ask({
      type: 'changePolicy',
      preset: 'DOCUMENT360',
      policy: { ...presets.DOCUMENT360, selfRemoval: 'FORBIDDEN' },
      expectedPolicyVersion: null,
    });
    expect(outcome(timeline.ask(run('adam'), scheduler))).to.deep.equal(['REFUSED SELF_REMOVAL_FORBIDDEN']);
  });
  it('applies what a machine ordered for a member its directory owns', () => {
    const timeline = new Timeline([...base, managedBy('entra', 'rita')]);
    timeline.ask(schedule(), service());
    timeline.now = AT;
    expect(outcome(timeline.ask(run(), scheduler))).to.deep.equal(['UserRemoved', 'APPLIED']);
  });
  it('keeps to the rank of an operator who ordered it', () => {
    const timeline = new Timeline(base);
    timeline.ask(schedule(), operator('ADMIN'));
    timeline.ask({ type: 'changeRole', userId: 'rita', role: 'OWNER', expectedRole: null });
    timeline.now = AT;
    expect(outcome(timeline.ask(run(), scheduler))).to.deep.equal(['REFUSED TARGET_OUTRANKS_ACTOR']);
  });
  it('lets the access of an SSO member linger from that moment on', () => {
    const timeline = new Timeline([
      opened('DEFAULT', { ssoCutoffOnDeactivate: 'AT_SESSION_END', ssoCutoffMaximumSeconds: 60 }),
      ...people.slice(0, 4),
      {
        type: 'UserAdded',
        data: { userId: 'rita', membershipId: 'm-rita', kind: 'SSO', role: 'REVIEWER', permissions: [] },
      },
    ]);
    timeline.ask(schedule({ operation: 'DEACTIVATE' }));
    timeline.now = AT + 5;
    timeline.ask(run(), scheduler);
    expect(timeline.state.memberships.get('rita')?.untilSessionEnd).to.deep.equal({
      latest: AT + 5 + 60_000,
    });
  });
  it('is forgotten when the membership ends by hand, and kept when it is only deactivated', () => {
    const timeline = new Timeline([...base, scheduled('OWNER')]);
    timeline.ask(end('deactivateUser', 'rita'));
    expect(timeline.state.memberships.get('rita')?.scheduledEnd).to.not.equal(null);
    timeline.ask(end('removeUser', 'rita'));
    expect(timeline.state.memberships.get('rita')?.scheduledEnd).to.equal(null);
  });
});
