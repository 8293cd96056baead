import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { invite } from '../support/invitee.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('asking for a mail to a member', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const notify = (fields: object = {}) =>
    world.olga.client.mutate('notifyUser', {
      accountId: world.accountId,
      userId: world.carl.userId,
      subject: 'Opening hours',
      text: 'The portal is open again.\nSee you there.',
      ...fields,
    });
  const mailsWith = async (text: string) => {
    await muster.processManagers.settled();
    const folder = muster.mailDestination;
    const mails = readdirSync(folder).filter((name) => name.endsWith('.eml'));
    return mails
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .filter((mail) => mail.includes(text));
  };

  it('sends it once, and keeps its words out of the log', async () => {
    const answer = applied(await notify({ subject: 'Opening hours one' }));
    expect(typesOf(answer)).to.deep.equal(['UserNotified']);
    expect(JSON.stringify(answer.events)).not.to.match(/Opening|portal|again/);
    expect(answer.message).to.equal('A mail to carl has been asked for.');
    expect(await mailsWith('Opening hours one')).to.have.lengthOf(1);
  });

  it('PP-3 sends nothing to a member without access', async () => {
    const { accountId, olga, carl } = world;
    applied(await olga.client.mutate('deactivateUser', { accountId, userId: carl.userId, confirmed: true }));
    applied(await notify({ subject: 'Opening hours two' }));
    expect(await mailsWith('Opening hours two')).to.deep.equal([]);
  });

  it('is refused for somebody only invited, and for somebody gone', async () => {
    const { accountId, olga, carl } = world;
    const { userId } = await invite(world);
    expect(codesOf(await notify({ userId }))).to.deep.equal(['INVITATION_PENDING']);
    applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true }));
    expect(codesOf(await notify())).to.deep.equal(['MEMBERSHIP_ENDED']);
  });

  it('is refused for a subject of two lines, or of nothing', async () => {
    for (const subject of ['one\u2028two', '  '])
      expect((await notify({ subject })).userErrors[0]).to.include({
        code: 'INVALID_INPUT',
        field: 'input.subject',
      });
  });

  it('takes a subject and a text of some length only', async () => {
    const document = 'mutation ($input: NotifyUserInput!) { notifyUser(input: $input) { outcome } }';
    const { accountId, olga, carl } = world;
    const input = { accountId, userId: carl.userId, subject: 's', text: 't' };
    for (const [field, value] of [
      ['subject', ''],
      ['subject', 's'.repeat(201)],
      ['text', ''],
      ['text', 't'.repeat(10_001)],
    ] as const) {
      const { errors } = await olga.client.send(document, { input: { ...input, [field]: value } });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: `input.${field}` });
    }
  });
});
