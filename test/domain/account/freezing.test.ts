import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { ACCOUNT } from '../../../src/domain/account/state.js';
import {
  about,
  added,
  addedAs,
  administrative,
  bare,
  confirmed,
  end,
  ended,
  fold,
  given,
  group,
  inGroup,
  linked,
  managedBy,
  noSuccessors,
  opened,
  operator,
  service,
  system,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const base = [opened(), linked, added('olga', 'OWNER'), added('adam', 'ADMIN'), added('rita', 'REVIEWER')];
const on = (type: 'freezeUser' | 'unfreezeUser' | 'terminateSession', userId: string): AccountCommand => ({
  type,
  userId,
});

describe('freezing', () => {
  it('takes the access and nothing else', () => {
    const held: readonly AccountEvent[] = [
      ...base,
      group('g'),
      inGroup('g', 'rita', 'MAINTAINER'),
      { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'rita' } },
    ];
    const frozen: AccountEvent = { type: 'UserFrozen', data: { userId: 'rita', membershipId: 'm-rita' } };
    given(...held)
      .when(on('freezeUser', 'rita'))
      .then(frozen);
    const state = fold([...held, frozen]);
    expect(state.memberships.get('rita')).to.include({ status: 'FROZEN', role: 'REVIEWER' });
    expect(state.memberships.get('rita')?.groupIds).to.deep.equal(['g']);
    expect(state.contacts.get('ACCOUNT_ADMINISTRATIVE_CONTACT')).to.equal('rita');
    expect(state.account.get(ACCOUNT)?.seatsInUse).to.equal(3);
  });
  it('stops the frozen from acting at once', () =>
    given(...base, about('UserFrozen', 'adam'))
      .when(end('removeUser', 'rita'), user('adam'))
      .thenRejected('NOT_FOUND', { field: 'accountId' }));
  it('does not wait for a directory, in either direction', () => {
    given(...base, managedBy('entra', 'rita'))
      .when(on('freezeUser', 'rita'))
      .thenTypes('UserFrozen');
    given(...base, managedBy('entra', 'rita'), about('UserFrozen', 'rita'))
      .when(on('unfreezeUser', 'rita'))
      .thenTypes('UserUnfrozen');
  });
  it('of oneself is as ending one’s own membership', () => {
    given(...base)
      .when(on('freezeUser', 'adam'), user('adam'))
      .thenRejected('SELF_REMOVAL_FORBIDDEN');
    given(opened('DOCUMENT360'), ...base.slice(1))
      .when(on('freezeUser', 'adam'), user('adam'))
      .thenTypes('UserFrozen');
  });
  it('says what to do with somebody deactivated: end the session that lingers, else nothing', () => {
    const inactive = ended('UserDeactivated', 'rita', bare('REVIEWER'));
    const lingering = {
      ...inactive,
      data: { ...inactive.data, untilSessionEnd: { latest: null } },
    } as AccountEvent;
    given(...base, lingering)
      .when(on('freezeUser', 'rita'))
      .thenRejected('MEMBERSHIP_NOT_ACTIVE', { useInstead: 'terminateSession' });
    given(...base, inactive)
      .when(on('freezeUser', 'rita'))
      .thenRejected('MEMBERSHIP_NOT_ACTIVE', { useInstead: 'reactivateUser' });
  });
  it('is no removal: who is frozen is removed, deactivated and, once deactivated, deleted as before', () => {
    const timeline = new Timeline([...base, about('UserFrozen', 'rita')]);
    expect(timeline.ask(end('deleteUser', 'rita'))).to.include({ code: 'DELETE_REQUIRES_INACTIVE' });
    expect(timeline.ask(end('deactivateUser', 'rita'))).to.have.nested.property('0.data.from', 'FROZEN');
    expect(timeline.state.memberships.get('rita')?.status).to.equal('INACTIVE');
    given(...base, about('UserFrozen', 'rita'))
      .when(end('removeUser', 'rita'))
      .thenTypes('UserRemoved');
  });
  it('leaves the duties to whoever was frozen until they are settled, and blocks no removal of others', () => {
    const events: readonly AccountEvent[] = [
      ...base,
      { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'rita' } },
      about('UserFrozen', 'rita'),
    ];
    given(...events)
      .when(end('removeUser', 'rita'))
      .thenRejected('REASSIGNMENT_REQUIRED', { responsibilities: [administrative] });
    given(...events)
      .when(end('removeUser', 'rita', { successors: { forAll: 'adam', each: [] } }))
      .thenTypes('ContactReassigned', 'UserRemoved');
    given(...events)
      .when({ type: 'reassignContacts', reassignments: [{ responsibility: administrative, userId: 'adam' }] })
      .thenTypes('ContactReassigned');
  });
});

describe('a frozen owner', () => {
  const owners = [opened(), added('olga', 'OWNER'), added('otto', 'OWNER')];

  it('is none that counts: the other is the last', () => {
    const frozen = [...owners, about('UserFrozen', 'otto')];
    for (const command of [
      end('removeUser', 'olga'),
      end('deactivateUser', 'olga'),
      on('freezeUser', 'olga'),
      { type: 'changeRole', userId: 'olga', role: 'ADMIN', expectedRole: null },
    ] as const)
      given(...frozen)
        .when(command, system)
        .thenRejected('LAST_OWNER', { field: 'userId' });
  });
  it('can be removed, deactivated and demoted while the other is there', () => {
    for (const command of [
      end('removeUser', 'otto'),
      end('deactivateUser', 'otto'),
      { type: 'changeRole', userId: 'otto', role: 'ADMIN', expectedRole: null },
    ] as const)
      expect(given(...owners, about('UserFrozen', 'otto')).when(command).decision).to.have.lengthOf(1);
  });
  it('counts again when unfrozen', () =>
    given(...owners, about('UserFrozen', 'otto'), about('UserUnfrozen', 'otto'))
      .when(end('removeUser', 'olga'), system)
      .thenTypes('UserRemoved'));
  it('is never the last one', () =>
    given(opened(), added('olga', 'OWNER'))
      .when(on('freezeUser', 'olga'), system)
      .thenRejected('LAST_OWNER'));
});

describe('a successor', () => {
  const contact: AccountEvent = {
    type: 'ContactAssigned',
    data: { responsibility: administrative, userId: 'rita' },
  };
  const carl = added('carl', 'CONTRIBUTOR');
  for (const [who, events] of [
    ['frozen', [carl, about('UserFrozen', 'carl')]],
    ['deactivated', [carl, ended('UserDeactivated', 'carl', bare('CONTRIBUTOR'))]],
    ['removed', [carl, ended('UserRemoved', 'carl', bare('CONTRIBUTOR'))]],
  ] as const)
    it(`is nobody who is ${who} (SO-18)`, () => {
      given(...base, contact, ...events)
        .when(end('removeUser', 'rita', { successors: { forAll: 'carl', each: [] } }))
        .thenRejected('INVALID_SUCCESSOR', { field: 'successors.forAll' });
      given(...base, contact, ...events)
        .when({
          type: 'reassignContacts',
          reassignments: [{ responsibility: administrative, userId: 'carl' }],
        })
        .thenRejected('INVALID_SUCCESSOR', { field: 'reassignments.0.userId' });
      given(...base, ...events)
        .when({
          type: 'scheduleEnd',
          userId: 'rita',
          scheduleId: 's',
          operation: 'REMOVE',
          at: Date.parse('2027-01-01T00:00:00.000Z'),
          successorId: 'carl',
          confirmation: confirmed,
        })
        .thenRejected('INVALID_SUCCESSOR', { field: 'successorId' });
    });
});

describe('unfreezing', () => {
  const frozen = [...base, about('UserFrozen', 'adam')];

  it('gives the access back', () =>
    given(...frozen)
      .when(on('unfreezeUser', 'adam'))
      .then({ type: 'UserUnfrozen', data: { userId: 'adam', membershipId: 'm-adam' } }));
  it('is never for the frozen himself, whatever right he comes by', () => {
    given(...frozen)
      .when(on('unfreezeUser', 'adam'), user('adam'))
      .thenRejected('NOT_FOUND', { field: 'accountId' });
    for (const preset of ['DEFAULT', 'SUPEROFFICE', 'DOCUMENT360'] as const)
      given(opened(preset), ...frozen.slice(1))
        .when(on('unfreezeUser', 'adam'), operator('OWNER', { userId: 'adam' }))
        .thenRejected('TARGET_OUTRANKS_ACTOR', { field: 'userId' });
  });
  it('nor by a way round it: not ended by himself to be given back by himself', () => {
    const self = operator('OWNER', { userId: 'adam' });
    const byHimself = [
      opened('DOCUMENT360', { operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'] }),
      ...frozen.slice(1),
    ];
    for (const command of [
      end('deactivateUser', 'adam'),
      end('removeUser', 'adam'),
      end('deleteUser', 'adam'),
      end('leaveAccount', 'adam'),
      on('freezeUser', 'adam'),
    ])
      expect(given(...byHimself).when(command, self).decision).to.have.property('rejected', true);
    given(...byHimself)
      .when(end('deactivateUser', 'adam'), self)
      .thenRejected('SELF_REMOVAL_FORBIDDEN');
  });
});

describe('access that lasts until the session ends', () => {
  const policy = (maximum: number | null) =>
    opened('DEFAULT', { ssoCutoffOnDeactivate: 'AT_SESSION_END', ssoCutoffMaximumSeconds: maximum });
  const sam = [linked, added('olga', 'OWNER'), addedAs('SSO', 'sam', 'REVIEWER')];
  const signal: AccountCommand = { type: 'signalSessionEnded', userId: 'sam' };
  const idp = service('REVIEWER', ['session.signal']);
  const deactivated = (maximum: number | null) => {
    const timeline = new Timeline([policy(maximum), ...sam]);
    timeline.ask(end('deactivateUser', 'sam'));
    return timeline;
  };
  const lingers = (timeline: Timeline) => timeline.state.memberships.get('sam')?.untilSessionEnd;

  it('is for SSO members who had access, where the policy says so (D3-23)', () => {
    const untilOf = (...events: readonly AccountEvent[]) => {
      const userId = events.some((event) => event.type === 'UserAdded' && event.data.userId === 'sam')
        ? 'sam'
        : 'rita';
      const { decision } = given(...events).when(end('deactivateUser', userId));
      expect(decision).to.have.lengthOf(1);
      return (decision as readonly AccountEvent[]).map(
        ({ data }) => (data as { untilSessionEnd: unknown }).untilSessionEnd,
      );
    };
    expect(untilOf(policy(null), ...sam)).to.deep.equal([{ latest: null }]);
    expect(untilOf(policy(60), ...sam)).to.deep.equal([{ latest: '2026-01-01T00:05:00.000Z' }]);
    expect(untilOf(policy(null), ...sam, about('UserFrozen', 'sam'))).to.deep.equal([null]);
    expect(untilOf(opened(), ...sam)).to.deep.equal([null]);
    for (const kind of ['STANDARD', 'READER'] as const)
      expect(untilOf(policy(null), added('olga', 'OWNER'), addedAs(kind, 'rita', 'REVIEWER'))).to.deep.equal([
        null,
      ]);
  });
  it('ends with the signal, or when it is terminated, once', () => {
    for (const [command, by, cause] of [
      [signal, idp, 'SIGNALLED'],
      [on('terminateSession', 'sam'), user('olga'), 'TERMINATED'],
    ] as const) {
      const timeline = deactivated(null);
      expect(timeline.ask(command, by)).to.deep.equal([
        { type: 'SessionAccessEnded', data: { userId: 'sam', membershipId: 'm-sam', cause } },
      ]);
      expect(timeline.ask(command, by)).to.deep.equal([]);
      expect(lingers(timeline)).to.equal(null);
    }
  });
  it('ends by itself at the latest when the policy of that day said so', () => {
    const timeline = deactivated(3600);
    timeline.now += 3_599_999;
    expect(timeline.writeDue()).to.deep.equal([]);
    timeline.now += 1;
    expect(timeline.writeDue()).to.deep.equal([
      {
        type: 'SessionAccessEnded',
        data: { userId: 'sam', membershipId: 'm-sam', cause: 'MAXIMUM_REACHED' },
      },
    ]);
    expect(timeline.writeDue()).to.deep.equal([]);
  });
  it('never ends by itself without a maximum', () => {
    const timeline = deactivated(null);
    timeline.now += 100 * 365 * 24 * 3_600_000;
    expect(timeline.writeDue()).to.deep.equal([]);
    expect(lingers(timeline)).to.deep.equal({ latest: null });
  });
  it('is over, and with it its deadline, when the membership goes on or ends', () => {
    const again: AccountCommand = {
      type: 'addUser',
      userId: 'sam',
      membershipId: 'new',
      kind: 'SSO',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
    };
    for (const commands of [
      [{ type: 'reactivateUser', userId: 'sam', confirmation: confirmed }],
      [end('removeUser', 'sam')],
      [end('removeUser', 'sam'), again],
      [end('removeUser', 'sam'), again, end('removeUser', 'sam'), again],
    ] as const) {
      const timeline = deactivated(3600);
      for (const command of commands) timeline.ask(command);
      expect(lingers(timeline)).to.equal(null);
      expect(timeline.state.deadlines.size).to.equal(0);
      timeline.now += 3_600_000;
      expect(timeline.writeDue()).to.deep.equal([]);
    }
  });
  it('gives no right to act in the account', () => {
    const timeline = new Timeline([
      policy(null),
      added('olga', 'OWNER'),
      addedAs('SSO', 'sam', 'ADMIN'),
      added('rita', 'REVIEWER'),
    ]);
    timeline.ask(end('deactivateUser', 'sam'));
    expect(timeline.ask(end('removeUser', 'rita'), user('sam'))).to.include({ code: 'NOT_FOUND' });
  });
  it('starts no second time for somebody deactivated already', () => {
    const timeline = deactivated(null);
    timeline.ask(signal, idp);
    expect(timeline.ask(end('deactivateUser', 'sam'))).to.deep.equal([]);
    expect(lingers(timeline)).to.equal(null);
  });
  it('does not outlive a removal, which ends it at once', () => {
    const timeline = deactivated(3600);
    timeline.ask(end('removeUser', 'sam', { successors: noSuccessors }));
    expect(timeline.state.memberships.get('sam')).to.deep.include({
      status: 'REMOVED',
      untilSessionEnd: null,
    });
  });
});
