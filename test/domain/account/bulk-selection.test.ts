import { expect } from 'chai';
import type {
  ConfirmationGiven,
  EndMembership,
  ReactivateUser,
  SelectForBulk,
} from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { isRejection } from '../../../src/domain/rejection.js';
import {
  about,
  added,
  administrative,
  bare,
  confirmed,
  end,
  ended,
  given,
  invitationOver,
  invited,
  noSuccessors,
  opened,
  system,
  unconfirmed,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const flag = { single: 'FLAG', bulk: 'FLAG' } as const;
const confirmation = { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: flag, DELETE: flag };
const policy = (bulkMixedSelection: 'REJECT' | 'SKIP_INAPPLICABLE') =>
  opened('DEFAULT', { bulkMixedSelection, confirmation });
const members: readonly AccountEvent[] = [
  added('olga', 'OWNER'),
  added('otto', 'OWNER'),
  added('adam', 'ADMIN'),
  ...['active', 'frozen', 'inactive', 'removed', 'deleted'].map((userId) => added(userId, 'REVIEWER')),
  about('UserFrozen', 'frozen'),
  ended('UserDeactivated', 'inactive', bare('REVIEWER')),
  ended('UserRemoved', 'removed', bare('REVIEWER')),
  ended('UserDeleted', 'deleted', bare('REVIEWER')),
  invited('invited', 'REVIEWER'),
  invited('expired', 'REVIEWER'),
  invitationOver('InvitationExpired', 'expired'),
];
const inBulk = { ...confirmed, isBulk: true } as const;
type Item = SelectForBulk['items'][number];
type Operation = Exclude<EndMembership['type'], 'leaveAccount'> | 'reactivateUser';
const item = (type: Operation, userId: string, given: ConfirmationGiven = inBulk): Item =>
  type === 'reactivateUser'
    ? ({ type, userId, confirmation: given } satisfies ReactivateUser)
    : { type, userId, confirmation: given, successors: noSuccessors };
const select = (type: Operation, ...userIds: readonly string[]): SelectForBulk => ({
  type: 'selectForBulk',
  items: userIds.map((userId) => item(type, userId)),
  totalItems: userIds.length,
});

/** Whom each operation can be done to, by nothing but their state. */
const applicable: Readonly<Record<Operation, readonly string[]>> = {
  removeUser: ['active', 'frozen', 'inactive', 'invited', 'expired'],
  deactivateUser: ['active', 'frozen'],
  reactivateUser: ['inactive'],
  deleteUser: ['inactive', 'removed', 'invited', 'expired'],
};
const everybody = ['active', 'frozen', 'inactive', 'removed', 'deleted', 'invited', 'expired'];

describe('a selection for bulk', () => {
  for (const [type, fit] of Object.entries(applicable) as [Operation, readonly string[]][]) {
    const unfit = everybody.filter((userId) => !fit.includes(userId));

    it(`for ${type} that is mixed is refused with those at fault, under REJECT (D3-18)`, () =>
      given(policy('REJECT'), ...members)
        .when(select(type, ...everybody))
        .thenRejected('BULK_MIXED_SELECTION', { field: 'items', userIds: unfit }));
    it(`for ${type} passes when all are fit, and when none is: each then answers for itself`, () => {
      for (const userIds of [fit, unfit])
        given(policy('REJECT'), ...members)
          .when(select(type, ...userIds))
          .thenNothing();
    });
    it(`for ${type} that is mixed passes under SKIP_INAPPLICABLE, and the unfit are passed over (PP-7)`, () => {
      given(policy('SKIP_INAPPLICABLE'), ...members)
        .when(select(type, ...everybody))
        .thenNothing();
      for (const userId of unfit) {
        const { decision } = given(policy('SKIP_INAPPLICABLE'), ...members).when(item(type, userId));
        const { decision: single } = given(policy('REJECT'), ...members).when(item(type, userId));
        if (isRejection(single)) expect(decision).to.include({ code: single.code, passedOver: true });
        else expect(decision).to.deep.equal([]);
      }
      for (const userId of fit)
        expect(
          given(policy('SKIP_INAPPLICABLE'), ...members).when(item(type, userId)).decision,
        ).to.have.lengthOf(1);
    });
    it(`for ${type}: the unfit are refused one by one, or have it so already, under REJECT`, () => {
      for (const userId of unfit) {
        const { decision } = given(policy('REJECT'), ...members).when(item(type, userId));
        expect(decision).to.satisfy(
          (it: { rejected?: true; length?: number }) => it.rejected ?? it.length === 0,
        );
      }
    });
  }

  it('passes over nobody outside of bulk', () =>
    given(policy('SKIP_INAPPLICABLE'), ...members)
      .when(item('deactivateUser', 'removed', confirmed))
      .thenRejected('MEMBERSHIP_ENDED'));
  it('passes over the state only: a right that lacks is refused in bulk as well', () => {
    for (const mixed of ['REJECT', 'SKIP_INAPPLICABLE'] as const) {
      given(policy(mixed), ...members)
        .when(item('removeUser', 'otto'), user('adam'))
        .thenRejected('TARGET_OUTRANKS_ACTOR');
      given(policy(mixed), ...members)
        .when(item('removeUser', 'eve'))
        .thenRejected('NOT_FOUND');
      given(policy(mixed), ...members, {
        type: 'ContactAssigned',
        data: { responsibility: administrative, userId: 'active' },
      })
        .when(item('removeUser', 'active'))
        .thenRejected('REASSIGNMENT_REQUIRED');
    }
  });
  it('is not mixed by rank, rights or duties: those are the items’ own', () =>
    given(policy('REJECT'), ...members, {
      type: 'ContactAssigned',
      data: { responsibility: administrative, userId: 'active' },
    })
      .when(select('deactivateUser', 'active', 'otto', 'adam', 'eve', 'frozen'), user('adam'))
      .thenNothing());
  it('counts the whole operation against the limit, over all accounts (PP-13)', () => {
    const limited = opened('DEFAULT', { bulkLimit: 2, confirmation });
    given(limited, ...members)
      .when({ ...select('deactivateUser', 'active'), totalItems: 3 })
      .thenRejected('BULK_LIMIT_EXCEEDED', { bulk: { limit: 2, requested: 3 } });
    given(limited, ...members)
      .when({ ...select('deactivateUser', 'active', 'frozen'), totalItems: 2 })
      .thenNothing();
  });
  it('has somebody in it', () =>
    given(policy('REJECT'), ...members)
      .when({ type: 'selectForBulk', items: [], totalItems: 0 })
      .thenRejected('INVALID_INPUT', { field: 'items' }));
  it('needs no right to manage, and tells nothing of anybody without it', () =>
    given(policy('REJECT'), ...members, added('mona', 'REVIEWER', ['bulk.run']))
      .when(select('deactivateUser', 'active', 'removed'), user('mona'))
      .thenNothing());
  it('names a duty once, whoever of the people selected holds it', () => {
    const events: readonly AccountEvent[] = [
      policy('REJECT'),
      ...members,
      { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'active' } },
    ];
    const successors = { forAll: null, each: [{ responsibility: administrative, userId: 'adam' }] };
    const remove = (userId: string, confirmation: ConfirmationGiven) =>
      end('removeUser', userId, { confirmation, successors });
    given(...events)
      .when(remove('frozen', inBulk))
      .thenTypes('UserRemoved');
    given(...events)
      .when(remove('active', inBulk))
      .thenTypes('ContactReassigned', 'UserRemoved');
    given(...events)
      .when(remove('frozen', confirmed))
      .thenRejected('RESPONSIBILITY_NOT_HELD');
  });
  it('never takes the last owners together', () => {
    const timeline = new Timeline([policy('REJECT'), ...members]);
    const asSystem = { kind: 'SYSTEM', id: 'test' } as const;
    expect(timeline.ask(select('removeUser', 'olga', 'otto'), asSystem)).to.deep.equal([]);
    expect(timeline.ask(item('removeUser', 'olga'), asSystem)).to.have.lengthOf(1);
    expect(timeline.ask(item('removeUser', 'otto'), asSystem)).to.include({ code: 'LAST_OWNER' });
  });
  it('does the same person once, however often selected', () => {
    const timeline = new Timeline([policy('REJECT'), ...members]);
    expect(timeline.ask(select('removeUser', 'active', 'active'))).to.deep.equal([]);
    expect(timeline.ask(item('removeUser', 'active'))).to.have.lengthOf(1);
    expect(timeline.ask(item('removeUser', 'active'))).to.deep.equal([]);
  });
});

describe('the confirmation of a bulk operation', () => {
  const rules = opened('DEFAULT', {
    confirmation: {
      REMOVE: { single: 'NONE', bulk: 'FLAG' },
      DEACTIVATE: { single: 'NONE', bulk: 'TYPED_PHRASE' },
      REACTIVATE: { single: 'TYPED_PHRASE', bulk: 'NONE' },
      DELETE: { single: 'FLAG', bulk: 'PREVIEW_TOKEN' },
    },
  });
  const ask = (type: Operation, userId: string, sent: Partial<ConfirmationGiven>) => {
    const one = item(type, userId, { ...unconfirmed, ...sent });
    return { one, all: { type: 'selectForBulk', items: [one], totalItems: 1 } as const };
  };

  it('is the account’s own for bulk, on the selection and on every item', () => {
    for (const [type, userId, asked] of [
      ['removeUser', 'active', 'FLAG'],
      ['deactivateUser', 'active', 'TYPED_PHRASE'],
      ['deleteUser', 'inactive', 'PREVIEW_TOKEN'],
    ] as const) {
      const { one, all } = ask(type, userId, { isBulk: true });
      for (const command of [one, all])
        given(rules, ...members)
          .when(command)
          .thenRejected('CONFIRMATION_REQUIRED', { confirmation: asked });
    }
  });
  it('is the word of the operation, typed as it is (PP-13)', () => {
    for (const phrase of ['DEACTIVATE', 'deactivate', 'REMOVE', 'DEACTIVATE '])
      for (const command of Object.values(
        ask('deactivateUser', 'active', { isBulk: true, confirmed: true, phrase }),
      )) {
        const { thenRejected, decision } = given(rules, ...members).when(command);
        if (phrase === 'DEACTIVATE') expect(decision).not.to.have.property('rejected');
        else thenRejected('CONFIRMATION_REQUIRED', { field: 'phrase', confirmation: 'TYPED_PHRASE' });
      }
  });
  it('is not asked twice in two ways: what a single one needs is not asked in bulk', () => {
    const { one, all } = ask('reactivateUser', 'inactive', { isBulk: true });
    given(rules, ...members)
      .when(one)
      .thenTypes('UserReactivated');
    given(rules, ...members)
      .when(all)
      .thenNothing();
    given(rules, ...members)
      .when(ask('reactivateUser', 'inactive', {}).one)
      .thenRejected('CONFIRMATION_REQUIRED', { confirmation: 'TYPED_PHRASE' });
  });
  it('with a token is the item’s own: one that is stale is refused in bulk as well', () => {
    const { one, all } = ask('deleteUser', 'inactive', { isBulk: true, previewToken: 'old' });
    given(rules, ...members)
      .when(all)
      .thenNothing();
    given(rules, ...members)
      .when(one)
      .thenRejected('STALE_PREVIEW', { field: 'previewToken' });
  });
  it('with a token is spoken by the items that have one', () => {
    const [bare, shown] = [
      item('deleteUser', 'inactive', { ...unconfirmed, isBulk: true }),
      item('deleteUser', 'removed', { ...unconfirmed, isBulk: true, previewToken: 'shown' }),
    ];
    given(rules, ...members)
      .when({ type: 'selectForBulk', items: [bare, shown], totalItems: 2 })
      .thenNothing();
    given(rules, ...members)
      .when({ type: 'selectForBulk', items: [bare], totalItems: 1 })
      .thenRejected('CONFIRMATION_REQUIRED', { confirmation: 'PREVIEW_TOKEN' });
  });
  it('is asked neither of Muster itself nor of what takes back', () => {
    const bare = item('deactivateUser', 'active', { ...unconfirmed, isBulk: true });
    given(rules, ...members)
      .when({ type: 'selectForBulk', items: [bare], totalItems: 1 }, system)
      .thenNothing();
    for (const undo of [
      { ...bare, undoesRevision: 7 },
      { type: 'reinstateUser', userId: 'removed', parts: [], role: null, groupIds: [], undoesRevision: 7 },
    ] as const)
      given(rules, ...members)
        .when({ type: 'selectForBulk', items: [undo], totalItems: 1 })
        .thenNothing();
  });
  it('of one person needs none where the policy asks none (PP-11)', () =>
    given(rules, ...members)
      .when(end('deactivateUser', 'active', { confirmation: unconfirmed }))
      .thenTypes('UserDeactivated'));
});
