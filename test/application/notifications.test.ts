import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { NotifyUserRequest } from '../../src/application/application.js';
import { applied, InstalledMuster, joining, resultOf } from './installed-muster.js';

describe('asking for a mail to a member', () => {
  let muster: InstalledMuster;
  let accountId: string;
  let olga: RequestActor;
  let userId: string;

  beforeEach(async () => {
    muster = await InstalledMuster.install();
    ({ accountId, olga } = await muster.openAccount());
    const added = applied(await muster.application.addUser(joining(accountId, olga, 'rita@acme.example')));
    userId = added.events[0]?.subjectId ?? '';
  });
  afterEach(() => muster.remove());

  const message = { subject: 'Maintenance', text: 'Tonight.\nAt ten.' };
  const notify = (also: Partial<NotifyUserRequest> = {}) =>
    muster.application.notifyUser({ actor: olga, accountId, userId, ...message, ...also });

  it('seals what it says under the person’s key', async () => {
    const [event] = applied(await notify()).events;
    if (event?.type !== 'UserNotified') throw new Error('not notified');
    expect(JSON.stringify(event)).to.not.match(/Maintenance|Tonight/);
    const { personalData } = muster.application.parts;
    expect(await personalData.openMessage(userId, event.data.sealedMessage)).to.deep.equal(message);
  });

  it('takes one line of 1 to 200 characters as the subject', async () => {
    for (const subject of ['', '   ', 'two\nlines', 'two\u2028lines', 'x'.repeat(201)])
      expect(await notify({ subject }), JSON.stringify(subject)).to.deep.nested.include({
        'rejection.code': 'INVALID_INPUT',
        'rejection.field': 'subject',
      });
    expect(resultOf(await notify({ subject: '𝄞'.repeat(200) }))).to.equal('APPLIED');
  });

  it('takes 1 to 10,000 characters as the text', async () => {
    for (const text of ['', ' \n', 'x'.repeat(10_001)])
      expect(await notify({ text })).to.deep.nested.include({
        'rejection.code': 'INVALID_INPUT',
        'rejection.field': 'text',
      });
    expect(resultOf(await notify({ text: 'é'.repeat(10_000) }))).to.equal('APPLIED');
  });

  it('writes nothing in a dry run, and nothing that the account refuses', async () => {
    const head = await muster.store.head();
    expect(resultOf(await notify({ dryRun: true }))).to.equal('WOULD_APPLY');
    expect(resultOf(await notify({ actor: { kind: 'USER', userId } }))).to.equal('PERMISSION_DENIED');
    expect(await muster.store.head()).to.equal(head);
  });

  it('is done once per idempotency key, which stands for what was said', async () => {
    const first = applied(await notify({ idempotencyKey: 'k' }));
    expect(await notify({ idempotencyKey: 'k' })).to.deep.equal({ ...first, replayed: true, results: null });
    expect(resultOf(await notify({ idempotencyKey: 'k', text: 'Tomorrow.' }))).to.equal(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });
});
