import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied, type TestMember } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { auditEntries } from '../../../support/audit-entries.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../../../support/clocked-muster.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { addMachine } from '../../../support/machine.js';
import { membershipOf } from '../../../support/membership-of.js';
import { lingeringIn } from '../../../support/session-world.js';

const YEAR_MS = 365 * DAY_MS;
const confirmed = { confirmed: true };
const whoAmI = '{ viewer { user { id name } accounts { nodes { id } } } }';
const held = 'role kind permissions groups { group { name } role } attribution { kind label } user { name }';

describe('DOCUMENT360: deactivating and reactivating', () => {
  let muster: ClockedMuster;
  let provider: TestMember;
  let project: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
    provider = await addMachine(muster, 'identity-provider', ['session.signal']);
  });
  after(() => muster.close());
  beforeEach(async () => {
    project = await accountWorld(muster, { preset: 'DOCUMENT360' });
    // A first sign-in is written down; from now on only what the tests do is.
    for (const { client } of [project.olga, project.adam, project.carl]) await client.query(whoAmI);
  });

  const asAdam = (mutation: string, userId: string, fields: object = confirmed) =>
    project.adam.client.mutate(
      mutation,
      { accountId: project.accountId, userId, ...fields },
      'membership { status }',
    );
  const deactivate = async (userId: string) => applied(await asAdam('deactivateUser', userId));
  const reactivate = async (userId: string) => applied(await asAdam('reactivateUser', userId));
  const access = (userId: string) => accessOf(project.adam.client, project.accountId, userId);
  const none = { state: 'NONE', reason: 'DEACTIVATED', mayStartSession: false, effectivePermissions: [] };
  /** In a group, with a permission of a portal's own. */
  const equipCarl = async () => {
    const { accountId, olga, carl } = project;
    const groupId = await project.createGroup('Writers');
    applied(
      await olga.client.mutate('addGroupMember', {
        accountId,
        groupId,
        userId: carl.userId,
        role: 'MAINTAINER',
      }),
    );
    applied(
      await olga.client.mutate('grantPermissions', {
        accountId,
        userId: carl.userId,
        permissions: ['article-publish'],
      }),
    );
    return groupId;
  };

  it('D3-1 access is off at the position of the event, for whoever asks and whatever is tried', async () => {
    const { accountId, carl, rita } = project;
    const { position, readable } = await deactivate(carl.userId);
    expect(readable).to.equal(true);
    const query = `query ($a: ID!, $u: ID!, $p: Position) { access(accountId: $a, userId: $u, minPosition: $p) {
      state reason mayStartSession effectivePermissions } }`;
    for (const { client } of [carl, rita])
      expect((await client.query(query, { a: accountId, u: carl.userId, p: position })).access).to.deep.equal(
        none,
      );
    const own = await carl.client.query('query ($a: ID!) { account(id: $a) { id } }', { a: accountId });
    expect(own.account).to.equal(null);
    expect((await carl.client.query(whoAmI)).viewer.accounts.nodes).to.deep.equal([]);
  });

  it('D3-1 a request of his that is on its way at the same moment is before it or refused', async () => {
    const { accountId, adam, rita } = project;
    const rename = (round: number) =>
      adam.client.mutate('createGroup', { accountId, name: `Group ${round}` });
    const [ending, ...attempts] = await Promise.all([
      project.olga.client.mutate('deactivateUser', { accountId, userId: adam.userId, ...confirmed }),
      ...Array.from({ length: 10 }, (_, round) => rename(round)),
    ]);
    applied(ending);
    const log = await accountEvents(muster, accountId);
    const end = log.findIndex(({ type }) => type === 'UserDeactivated');
    const groups = log
      .map(({ type }, index) => ({ type, index }))
      .filter(({ type }) => type === 'GroupCreated');
    for (const { index } of groups) expect(index).to.be.lessThan(end);
    expect(attempts.filter(({ outcome }) => outcome === 'APPLIED')).to.have.lengthOf(groups.length);
    expect(codesOf(await rename(99))).to.deep.equal(['NOT_FOUND']);
    expect(await accessOf(rita.client, accountId, adam.userId)).to.include({ state: 'NONE' });
  });

  it('D3-2 what he wrote stays his: the label is unchanged, for every reader', async () => {
    const { accountId, carl, rita, olga } = project;
    const query = 'query ($a: ID!, $u: ID!) { attribution(accountId: $a, userId: $u) { kind label } }';
    const seen = async () =>
      Promise.all([rita, olga].map(({ client }) => client.query(query, { a: accountId, u: carl.userId })));
    const before = await seen();
    expect(before[0]).to.deep.equal({ attribution: { kind: 'NAME', label: 'carl' } });
    await deactivate(carl.userId);
    expect(await seen()).to.deep.equal(before);
    await muster.pass(YEAR_MS);
    expect(await seen()).to.deep.equal(before);
  });

  it('D3-2 even where a delete would take the name away', async () => {
    project = await accountWorld(muster, {
      preset: 'DOCUMENT360',
      policy: { attributionAfterDelete: 'ANONYMOUS' },
    });
    await deactivate(project.carl.userId);
    expect(await membershipOf(project, project.carl.userId, held)).to.deep.include({
      attribution: { kind: 'NAME', label: 'carl' },
      user: { name: 'carl' },
    });
  });

  it('D3-3 the audit log has one entry more, and every earlier one as it was, with his name', async () => {
    const { carl } = project;
    await equipCarl();
    const before = await auditEntries(project);
    const { events } = await deactivate(carl.userId);
    const after = await auditEntries(project);
    expect(after).to.have.lengthOf(before.length + 1);
    expect(after.slice(0, -1)).to.deep.equal(before);
    expect(after.at(-1)).to.deep.include({
      id: events[0]?.id,
      type: 'UserDeactivated',
      subjectLabel: 'carl',
    });
    const about = await auditEntries(project, { subjectId: carl.userId });
    expect(about.length).to.be.greaterThan(2);
    for (const { subjectLabel, subject } of about) {
      expect(subjectLabel).to.equal('carl');
      expect(subject).to.deep.equal({ id: carl.userId, name: 'carl' });
    }
  });

  it('D3-3 what he did himself stays under his name too', async () => {
    const { accountId, olga, adam, carl } = project;
    await deactivate(carl.userId);
    applied(await olga.client.mutate('deactivateUser', { accountId, userId: adam.userId, ...confirmed }));
    const [done] = await auditEntries(project, { actorId: adam.userId });
    expect(done).to.include({ type: 'UserDeactivated', subjectLabel: 'carl' });
    expect(done?.actor.user).to.deep.equal({ id: adam.userId, name: 'adam' });
  });

  it('D3-4 reactivating restores access, role, permissions and groups', async () => {
    const { carl } = project;
    await equipCarl();
    const before = await membershipOf(project, carl.userId, `id ${held}`);
    const could = await access(carl.userId);
    expect(could.effectivePermissions).to.include('article-publish');
    expect((await deactivate(carl.userId)).membership).to.deep.equal({ status: 'INACTIVE' });
    const answer = await reactivate(carl.userId);
    expect(typesOf(answer)).to.deep.equal(['UserReactivated']);
    expect(answer.membership).to.deep.equal({ status: 'ACTIVE' });
    expect(await membershipOf(project, carl.userId, `id ${held}`)).to.deep.equal(before);
    expect(await access(carl.userId)).to.deep.equal(could);
    expect((await carl.client.query(whoAmI)).viewer.accounts.nodes).to.deep.equal([
      { id: project.accountId },
    ]);
  });

  it('D3-4 what he was allowed to do he does again, by the decider too', async () => {
    const { accountId, olga, carl, rita } = project;
    const permissions = ['users.manage'];
    applied(await olga.client.mutate('grantPermissions', { accountId, userId: carl.userId, permissions }));
    const attempt = () =>
      carl.client.mutate('deactivateUser', { accountId, userId: rita.userId, ...confirmed });
    await deactivate(carl.userId);
    expect(codesOf(await appendingNothing(muster, carl.client, attempt))).to.deep.equal(['NOT_FOUND']);
    await reactivate(carl.userId);
    applied(await attempt());
  });

  it('D3-4 as often as one likes; what is gone meanwhile is told', async () => {
    const { accountId, olga, carl } = project;
    const groupId = await equipCarl();
    for (let round = 0; round < 3; round += 1) {
      await deactivate(carl.userId);
      await reactivate(carl.userId);
    }
    await deactivate(carl.userId);
    applied(await olga.client.mutate('deleteGroup', { accountId, groupId }));
    const input = { accountId, userId: carl.userId, ...confirmed };
    const back = applied(await olga.client.mutate('reactivateUser', input, 'notRestored { groupIds }'));
    expect(back.notRestored).to.deep.equal({ groupIds: [groupId] });
    expect(await membershipOf(project, carl.userId, 'status groups { role }')).to.deep.equal({
      status: 'ACTIVE',
      groups: [],
    });
  });

  it('D3-21 both ask for a confirmation, and nothing is appended without', async () => {
    const { adam, carl } = project;
    for (const [mutation, word] of [
      ['deactivateUser', 'UserDeactivated'],
      ['reactivateUser', 'UserReactivated'],
    ] as const) {
      for (const fields of [{}, { confirmed: false }, { phrase: 'DEACTIVATE' }]) {
        const answer = await appendingNothing(muster, adam.client, () =>
          asAdam(mutation, carl.userId, fields),
        );
        expect(answer.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
      }
      expect(typesOf(applied(await asAdam(mutation, carl.userId)))).to.deep.equal([word]);
    }
  });

  it('D3-21 the panel’s token confirms as well, a stale one never', async () => {
    const { accountId, adam, olga, carl } = project;
    const query = `query ($a: ID!, $u: ID!, $o: PreviewedOperation!) {
      offboardingPreview(accountId: $a, userId: $u, operation: $o) { token confirmation canCommit user { name } } }`;
    const panel = async (o: string) =>
      (await adam.client.query(query, { a: accountId, u: carl.userId, o })).offboardingPreview;
    for (const [operation, mutation] of [
      ['DEACTIVATE', 'deactivateUser'],
      ['REACTIVATE', 'reactivateUser'],
    ] as const) {
      const { token: stale } = await panel(operation);
      const permissions = [`seen-${operation.toLowerCase()}`];
      applied(await olga.client.mutate('grantPermissions', { accountId, userId: carl.userId, permissions }));
      for (const fields of [{ previewToken: stale }, { previewToken: stale, ...confirmed }]) {
        const refused = await appendingNothing(muster, adam.client, () =>
          asAdam(mutation, carl.userId, fields),
        );
        expect(codesOf(refused)).to.deep.equal(['STALE_PREVIEW']);
      }
      const { token: previewToken, ...shown } = await panel(operation);
      expect(shown).to.deep.equal({ confirmation: 'FLAG', canCommit: true, user: { name: 'carl' } });
      applied(await asAdam(mutation, carl.userId, { previewToken }));
    }
  });

  for (const [kind, role, state] of [
    ['STANDARD', 'CONTRIBUTOR', 'NONE'],
    ['SSO', 'CONTRIBUTOR', 'UNTIL_SESSION_END'],
    ['READER', 'REVIEWER', 'NONE'],
  ] as const)
    it(`D3-22 a member of kind ${kind} can be deactivated, and comes back as one`, async () => {
      const userId = await project.add('Kim', { kind, role });
      const answer = await deactivate(userId);
      expect(typesOf(answer)).to.deep.equal(['UserDeactivated']);
      expect(await membershipOf(project, userId, 'status kind')).to.deep.equal({ status: 'INACTIVE', kind });
      expect(await access(userId)).to.deep.include({
        state,
        mayStartSession: false,
        effectivePermissions: [],
      });
      await reactivate(userId);
      expect(await membershipOf(project, userId, 'status kind role')).to.deep.equal({
        status: 'ACTIVE',
        kind,
        role,
      });
      expect(await access(userId)).to.include({ state: 'GRANTED' });
    });

  describe('somebody who signs in through single sign-on', () => {
    let sam: string;
    beforeEach(async () => {
      sam = await project.add('Sam', { kind: 'SSO' });
      await deactivate(sam);
    });
    const signal = (fields: object = {}) =>
      provider.client.mutate('sessionEnded', { person: { userId: sam }, ...fields });
    const lingering = {
      state: 'UNTIL_SESSION_END',
      reason: 'DEACTIVATED',
      mayStartSession: false,
      until: null,
    };

    it('D3-23 is INACTIVE, and has access until the session is signalled to have ended; no new one starts', async () => {
      expect(await membershipOf(project, sam, 'status untilSessionEnd { latest }')).to.deep.equal({
        status: 'INACTIVE',
        untilSessionEnd: { latest: null },
      });
      expect(await access(sam)).to.deep.include(lingering);
      expect(await lingeringIn(project)).to.deep.equal([sam]);
      const answer = applied(await signal());
      expect(typesOf(answer)).to.deep.equal(['SessionAccessEnded']);
      expect(await access(sam)).to.deep.include(none);
      expect(await lingeringIn(project)).to.deep.equal([]);
      expect((await appendingNothing(muster, provider.client, () => signal())).outcome).to.equal('UNCHANGED');
    });

    it('D3-23 without a maximum: time alone ends nothing', async () => {
      const head = await muster.core.store.head();
      await muster.pass(YEAR_MS);
      expect(await eventsAfter(muster, head)).to.deep.equal([]);
      expect(await access(sam)).to.deep.include(lingering);
      applied(await asAdam('terminateSession', sam, {}));
      expect(await access(sam)).to.deep.include(none);
    });

    it('D3-23 reactivated meanwhile, the end of the old session takes nothing away', async () => {
      await reactivate(sam);
      expect(await access(sam)).to.include({ state: 'GRANTED', mayStartSession: true });
      expect((await signal()).outcome).to.equal('UNCHANGED');
      expect(await access(sam)).to.include({ state: 'GRANTED' });
    });

    it('D3-23 only there: at once for everybody else, and for him under another policy', async () => {
      await deactivate(project.carl.userId);
      expect(await access(project.carl.userId)).to.deep.include(none);
      const { accountId, olga } = project;
      const policy = { ssoCutoffOnDeactivate: 'IMMEDIATE' };
      applied(await olga.client.mutate('changePolicy', { accountId, policy }));
      const sue = await project.add('Sue', { kind: 'SSO' });
      await deactivate(sue);
      expect(await access(sue)).to.deep.include(none);
      expect(await access(sam), 'decided under the rules of then').to.deep.include(lingering);
    });
  });

  it('D3-32 no event touches anything but the membership: neither his groups nor his duties nor other accounts', async () => {
    const { accountId, carl } = project;
    await equipCarl();
    const shop = await project.registerApplication('Handbook', carl.userId);
    const other = await accountWorld(muster, { preset: 'DOCUMENT360' });
    await joinAccount(other, carl.userId);
    const elsewhere = await accountEvents(muster, other.accountId);
    const query = `query ($a: ID!) { account(id: $a) { name policyVersion
      groups { totalCount nodes { name } } applications { nodes { id name technicalContact { id } } } } }`;
    const seen = () => project.rita.client.query(query, { a: accountId });
    const before = await seen();
    const head = await muster.core.store.head();
    await deactivate(carl.userId);
    const written = await eventsAfter(muster, head);
    expect(written.map(({ type, stream, subjectId }) => [type, stream, subjectId])).to.deep.equal([
      ['UserDeactivated', `account-${accountId}`, carl.userId],
    ]);
    expect(await seen()).to.deep.equal(before);
    expect(before.account.applications.nodes).to.deep.equal([
      { id: shop, name: 'Handbook', technicalContact: { id: carl.userId } },
    ]);
    expect(await membershipOf(project, carl.userId, 'attribution { label }')).to.deep.equal({
      attribution: { label: 'carl' },
    });
    expect(await accountEvents(muster, other.accountId)).to.deep.equal(elsewhere);
  });

  it('D3-32 back and forth leaves what others see of him exactly as it was', async () => {
    const { accountId, carl, rita } = project;
    await equipCarl();
    const query = `query ($a: ID!, $u: ID!) { user(id: $u) { id name email }
      attribution(accountId: $a, userId: $u) { kind label }
      membership(accountId: $a, userId: $u) { id joinedAt ${held} } }`;
    const seen = () => rita.client.query(query, { a: accountId, u: carl.userId });
    const before = await seen();
    await deactivate(carl.userId);
    expect(await seen(), 'while inactive').to.deep.equal(before);
    await reactivate(carl.userId);
    expect(await seen(), 'afterwards').to.deep.equal(before);
  });

  it('D3-33 years later it is still possible, with all that was held', async () => {
    const { carl } = project;
    await equipCarl();
    const before = await membershipOf(project, carl.userId, `id joinedAt ${held}`);
    await deactivate(carl.userId);
    const head = await muster.core.store.head();
    await muster.pass(7 * YEAR_MS);
    expect(await eventsAfter(muster, head), 'nothing runs out').to.deep.equal([]);
    expect(await membershipOf(project, carl.userId)).to.deep.equal({ status: 'INACTIVE' });
    const { events } = await reactivate(carl.userId);
    const [ended, back] = (await accountEvents(muster, project.accountId)).slice(-2);
    expect(back?.eventId).to.equal(events[0]?.id);
    expect(Date.parse(back?.occurredAt ?? '') - Date.parse(ended?.occurredAt ?? '')).to.equal(7 * YEAR_MS);
    expect(await membershipOf(project, carl.userId, `id joinedAt ${held}`)).to.deep.equal(before);
    expect(await access(carl.userId)).to.include({ state: 'GRANTED' });
  });
});
