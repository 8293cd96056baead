import { expect } from 'chai';
import { auditLogPage } from '../../projections/queries/audit-log.js';
import { type MailFilter, mailsCount, mailsPage } from '../../projections/queries/mails.js';
import { dueMails } from '../../projections/queries/work-lists.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { MailEvent } from '../../src/domain/mail/events.js';
import {
  AccountHistory,
  accountOpened,
  added,
  day,
  invited,
  invitedUntil,
  ms,
  snapshot,
  who,
} from './account-history.js';

describe('mails', () => {
  let history: AccountHistory;
  beforeEach(async () => {
    history = new AccountHistory();
    await history.given([1, accountOpened(), added('ann'), added('ben')]);
  });
  afterEach(() => history.close());

  const list = (filter: Partial<MailFilter> = {}, limit = 9) =>
    mailsPage(history.members, { accountId: 'a1', ...filter }, { limit }).rows;
  const due = (n: number, limit = 9) =>
    dueMails(history.members, { now: ms(n), limit }).map((row) => row.userId);
  const notified = (userId: string): AccountEvent => ({
    type: 'UserNotified',
    data: { ...who(userId), sealedMessage: 'sealed' },
  });
  /** Asks for one and gives what the events about it have in common. */
  const ask = async (n: number, userId: string) => {
    await history.given([n, notified(userId)]);
    return {
      causeEventId: history.eventId(),
      kind: 'NOTIFICATION',
      accountId: 'a1',
      userId,
    } as const;
  };
  const effect = (n: number, event: MailEvent) =>
    history.givenBy({ stream: `effect-${event.data.causeEventId}` }, [n, event]);
  const failed = (attempt: number, nextAttemptAt: string | null) => ({ attempt, code: '451', nextAttemptAt });

  it('are due from the event on that asks for them', async () => {
    const removed = (userId: string, notify?: boolean): AccountEvent => ({
      type: 'UserRemoved',
      data: { ...who(userId), snapshot, ...(notify === undefined ? {} : { notify }) },
    });
    const link = { generation: 2, tokenHash: 'h2', expiresAt: day(12) };
    await history.given(
      [2, invitedUntil('cat', 9)],
      [3, { type: 'InvitationResent', data: { ...invited('cat'), ...link } }],
      [4, notified('ben')],
      [5, removed('ann', true), removed('ben', false)],
    );
    expect(list().map((row) => [row.kind, row.userId, row.status, row.dueAt])).to.deep.equal([
      ['INVITATION', 'cat', 'DUE', ms(2)],
      ['INVITATION', 'cat', 'DUE', ms(3)],
      ['NOTIFICATION', 'ben', 'DUE', ms(4)],
      ['REMOVAL', 'ann', 'DUE', ms(5)],
    ]);
    expect(list()[3]).to.deep.include({
      causeEventId: history.eventId(2),
      causePosition: history.log.events.at(-2)?.position,
      accountId: 'a1',
      reason: null,
      code: null,
      attempts: 0,
      nextAttemptAt: null,
      endedAt: null,
    });
  });

  it('are not asked for by a removal that says nothing of it', async () => {
    await history.given([2, { type: 'UserRemoved', data: { ...who('ann'), snapshot } }]);
    expect(list()).to.deep.equal([]);
  });

  it('are sent, at the first attempt or a later one', async () => {
    const mail = await ask(2, 'ann');
    await effect(3, { type: 'MailRequested', data: mail });
    expect(list()[0]).to.include({ status: 'REQUESTED', nextAttemptAt: null, endedAt: null });
    await effect(4, { type: 'MailFailed', data: { ...mail, ...failed(1, day(6)) } });
    expect(list()[0]).to.include({ status: 'REQUESTED', attempts: 1, code: '451', nextAttemptAt: ms(6) });
    await effect(6, { type: 'MailSent', data: { ...mail, attempts: 2 } });
    expect(list()[0]).to.include({
      status: 'SENT',
      attempts: 2,
      code: null,
      nextAttemptAt: null,
      endedAt: ms(6),
    });
  });

  it('are suppressed with a reason, or given up with a code', async () => {
    const first = await ask(2, 'ann');
    await effect(3, { type: 'MailSuppressed', data: { ...first, reason: 'NOT_ENTITLED' } });
    const second = await ask(3, 'ben');
    await effect(4, { type: 'MailRequested', data: second });
    await effect(5, { type: 'MailFailed', data: { ...second, ...failed(3, null) } });
    expect(list()[0]).to.include({ status: 'SUPPRESSED', reason: 'NOT_ENTITLED', endedAt: ms(3) });
    expect(list()[1]).to.include({ status: 'FAILED', code: '451', attempts: 3, endedAt: ms(5) });
  });

  it('wait to be sent until they are over: new ones first, then by the time of the next attempt', async () => {
    await history.given([2, ...['later', 'sooner', 'taken', 'gone', 'new'].map((userId) => added(userId))]);
    const later = await ask(2, 'later');
    await effect(2, { type: 'MailRequested', data: later });
    await effect(2, { type: 'MailFailed', data: { ...later, ...failed(1, day(7)) } });
    const sooner = await ask(2, 'sooner');
    await effect(2, { type: 'MailFailed', data: { ...sooner, ...failed(1, day(6)) } });
    const taken = await ask(3, 'taken');
    await effect(3, { type: 'MailRequested', data: taken });
    const gone = await ask(3, 'gone');
    await effect(3, { type: 'MailSent', data: { ...gone, attempts: 1 } });
    await ask(4, 'new');
    expect(due(5)).to.deep.equal(['taken', 'new']);
    expect(due(6)).to.deep.equal(['taken', 'new', 'sooner']);
    expect(due(7)).to.deep.equal(['taken', 'new', 'sooner', 'later']);
    expect(due(7, 2)).to.deep.equal(['taken', 'new']);
  });

  it('are listed by person and by what became of them, page by page', async () => {
    for (const userId of ['ann', 'ben', 'ann', 'ann']) await ask(2, userId);
    const second = { causeEventId: history.eventId(3), kind: 'NOTIFICATION', accountId: 'a1' } as const;
    await effect(3, { type: 'MailSuppressed', data: { ...second, userId: 'ben', reason: 'NO_ADDRESS' } });
    const users = (filter: Partial<MailFilter>) => list(filter).map((row) => row.userId);
    const count = (filter: Partial<MailFilter>) =>
      mailsCount(history.members, { accountId: 'a1', ...filter });
    expect(users({ userId: 'ann' })).to.have.length(3);
    expect(users({ status: ['SUPPRESSED'] })).to.deep.equal(['ben']);
    expect(users({ status: ['DUE', 'SUPPRESSED', 'DUE'] })).to.deep.equal(['ann', 'ben', 'ann', 'ann']);
    expect(users({ userId: 'ben', status: ['DUE'] })).to.deep.equal([]);
    expect(users({ accountId: 'a2' })).to.deep.equal([]);
    expect([count({}), count({ status: ['DUE'] }), count({ userId: 'ben' })]).to.deep.equal([4, 3, 1]);
    for (const filter of [{}, { status: ['DUE', 'SUPPRESSED'] }]) {
      expect(list(filter, 3)).to.deep.equal(list().slice(0, 3));
      const page = { limit: 3, after: list()[2]?.number ?? 0 };
      expect(mailsPage(history.members, { accountId: 'a1', ...filter }, page).rows).to.deep.equal(
        list().slice(3),
      );
    }
  });

  it('are in the audit log of the account and the person, whatever the times say', async () => {
    const mail = await ask(2, 'ann');
    await effect(6, { type: 'MailRequested', data: mail });
    // What time has brought about is recorded after the mail, as of before it.
    await history.given([4, added('cat')], [5, added('dan')]);
    await effect(3, { type: 'MailSent', data: { ...mail, attempts: 1 } });
    const entries = (filter: object) =>
      auditLogPage(history.audit, { accountIds: ['a1'], ...filter }, { limit: 50 }).rows.map(
        (row) => row.type,
      );
    const between = (from: number | null, to: number | null, more: object = {}) =>
      entries({
        ...(from === null ? {} : { occurredFrom: ms(from) }),
        ...(to === null ? {} : { occurredTo: ms(to) }),
        ...more,
      });
    expect(entries({}).slice(-5)).to.deep.equal([
      'UserNotified',
      'MailRequested',
      'UserAdded',
      'UserAdded',
      'MailSent',
    ]);
    expect(between(5, null)).to.deep.equal(['MailRequested', 'UserAdded']);
    expect(between(6, null)).to.deep.equal(['MailRequested']);
    expect(between(6, 7)).to.deep.equal(['MailRequested']);
    expect(between(3, 4)).to.deep.equal(['MailSent']);
    expect(between(null, 4).slice(-2)).to.deep.equal(['UserNotified', 'MailSent']);
    expect(between(2, 6)).to.deep.equal(['UserNotified', 'UserAdded', 'UserAdded', 'MailSent']);
    expect(between(3, null, { type: ['MailSent', 'MailRequested'] })).to.deep.equal([
      'MailRequested',
      'MailSent',
    ]);
    expect(entries({ subjectIds: ['ann'] })).to.deep.equal([
      'UserAdded',
      'UserNotified',
      'MailRequested',
      'MailSent',
    ]);
  });
});
