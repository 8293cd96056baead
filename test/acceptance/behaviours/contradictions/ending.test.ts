import { expect } from 'chai';
import { headerOf } from '../../../mail/read-message.js';
import { accessOf } from '../../../support/access-of.js';
import { accountWorld, applied } from '../../../support/account-world.js';
import { DAY_MS } from '../../../support/clocked-muster.js';
import { joinAccount } from '../../../support/join-account.js';
import { addMachine } from '../../../support/machine.js';
import { MailingMuster } from '../../../support/mailing-muster.js';
import { membershipOf } from '../../../support/membership-of.js';
import type { TestMuster } from '../../../support/start-muster.js';
import { grownBy, on, onCarl, only, refused, typesOf } from './attempts.js';

describe('where the sources contradict each other, the policy decides: ending a membership', () => {
  let mailing: MailingMuster;
  let muster: TestMuster;
  before(async () => {
    mailing = await MailingMuster.start();
    muster = mailing.muster;
  });
  after(() => mailing.remove());

  it('D3-17, PP-6 an active user is deleted at once, or only after being deactivated', async () => {
    const project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    expect(await only(project.adam.client, 'deleteUser', onCarl(project))).to.deep.nested.include({
      type: 'UserDeleted',
      'data.from': 'ACTIVE',
    });

    const partner = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const { client } = partner.adam;
    expect(await refused(client, 'deleteUser', onCarl(partner))).to.include({
      code: 'DELETE_REQUIRES_INACTIVE',
      useInstead: 'deactivateUser',
    });
    expect(await only(client, 'deactivateUser', onCarl(partner))).to.include({ type: 'UserDeactivated' });
    expect(await only(client, 'deleteUser', onCarl(partner))).to.deep.nested.include({
      type: 'UserDeleted',
      'data.from': 'INACTIVE',
    });
  });

  it('SW-4, SO-3, D3-36 removing unlinks a person who can come back, or is refused: delete is meant', async () => {
    for (const preset of ['SOFTWAREONE', 'SUPEROFFICE']) {
      const account = await accountWorld(muster, { preset });
      expect(await only(account.adam.client, 'removeUser', onCarl(account))).to.include({
        type: 'UserRemoved',
      });
      expect(
        await membershipOf(account, account.carl.userId, 'status canReinstate user { name }'),
      ).to.deep.equal({ status: 'REMOVED', canReinstate: true, user: { name: 'carl' } });
    }

    const project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    const { client } = project.adam;
    expect(await refused(client, 'removeUser', onCarl(project))).to.include({
      code: 'OPERATION_NOT_OFFERED',
      useInstead: 'deleteUser',
    });
    expect(await only(client, 'deleteUser', onCarl(project))).to.include({ type: 'UserDeleted' });
    expect(await membershipOf(project, project.carl.userId, 'status canReinstate')).to.deep.equal({
      status: 'DELETED',
      canReinstate: false,
    });
  });

  it('D3-23, PP-2, SO-4 access ends with the session, or at once, and only where it was taken away', async () => {
    const provider = await addMachine(muster, 'identity-provider', ['session.signal']);
    const project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    const portal = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    const partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const tenant = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const sam = await project.add('Sam', { kind: 'SSO' });
    for (const other of [portal, partner, tenant]) await joinAccount(other, sam, { kind: 'SSO' });
    const access = async () => {
      const states = [];
      for (const { accountId, olga } of [project, portal, partner, tenant])
        states.push((await accessOf(olga.client, accountId, sam)).state);
      return states;
    };
    expect(await only(project.olga.client, 'deactivateUser', on(project, sam))).to.deep.nested.include({
      type: 'UserDeactivated',
      'data.untilSessionEnd': { latest: null },
    });
    expect(await only(portal.olga.client, 'deactivateUser', on(portal, sam))).to.deep.nested.include({
      type: 'UserDeactivated',
      'data.untilSessionEnd': null,
    });
    expect(await only(partner.olga.client, 'removeUser', on(partner, sam))).to.include({
      type: 'UserRemoved',
    });
    expect(await access()).to.deep.equal(['UNTIL_SESSION_END', 'NONE', 'NONE', 'GRANTED']);
    const after = await grownBy(muster, () =>
      provider.client.mutate('sessionEnded', { person: { userId: sam } }),
    );
    expect(after.map(({ type, accountId }) => [type, accountId])).to.deep.equal([
      ['SessionAccessEnded', project.accountId],
    ]);
    expect(await access()).to.deep.equal(['NONE', 'NONE', 'NONE', 'GRANTED']);
  });

  it('SW-11, PP-3 the person is told of the removal, or gets no mail at all any more', async () => {
    const mailsOf = async (preset: string, acts: Readonly<Record<string, object>>) => {
      const world = await accountWorld(muster, { preset, name: preset });
      const { accountId, carl } = world;
      const person = 'query ($u: ID!) { user(id: $u) { email } }';
      const { user } = await muster.root.query(person, { u: carl.userId });
      const log = await grownBy(muster, async () => {
        for (const [mutation, fields] of Object.entries(acts))
          applied(await muster.root.mutate(mutation, { accountId, userId: carl.userId, ...fields }));
        await mailing.pass(DAY_MS);
      });
      const subjects = mailing.mailsTo(user.email).map((mail) => headerOf(mail, 'subject'));
      return { log: typesOf(log), subjects };
    };
    expect(await mailsOf('SOFTWAREONE', { removeUser: { confirmed: true } })).to.deep.equal({
      log: ['UserRemoved', 'MailRequested', 'MailSent'],
      subjects: ['You have been removed from SOFTWAREONE'],
    });
    const news = { subject: 'News', text: 'It is news.' };
    expect(await mailsOf('PARTNER_PORTAL', { deactivateUser: {}, notifyUser: news })).to.deep.equal({
      log: ['UserDeactivated', 'UserNotified', 'MailRequested', 'MailSuppressed'],
      subjects: [],
    });
  });
});
