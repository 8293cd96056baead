import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

interface Entry {
  readonly type: string;
  readonly accountId: string | null;
  readonly position: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly subject: { readonly id: string } | null;
}

const FIELDS = 'totalCount nodes { type accountId position actor { kind id } subject { id } }';

describe('the audit log', () => {
  let muster: TestMuster;
  let north: AccountWorld;
  let south: AccountWorld;

  before(async () => {
    muster = await startMuster();
    north = await accountWorld(muster);
    south = await accountWorld(muster);
  });
  after(() => muster.close());

  const log = async (client: GraphqlClient, args: Readonly<Record<string, unknown>>) => {
    const { auditLog } = await client.query(
      `query ($accountId: ID, $accountIds: [ID!], $filter: AuditLogFilter) {
        auditLog(accountId: $accountId, accountIds: $accountIds, filter: $filter, first: 200) { ${FIELDS} } }`,
      args,
    );
    return auditLog as { readonly totalCount: number; readonly nodes: readonly Entry[] };
  };
  const accountsIn = (nodes: readonly Entry[]) => [...new Set(nodes.map(({ accountId }) => accountId))];

  it('of several accounts is one list, newest first', async () => {
    const accountIds = [south.accountId, north.accountId];
    const { nodes, totalCount } = await log(muster.root, { accountIds });
    expect(accountsIn(nodes)).to.have.members(accountIds);
    expect(nodes).to.have.length(totalCount);
    const positions = nodes.map(({ position }) => Number(position));
    expect(positions).to.deep.equal(positions.toSorted((a, b) => b - a));
  });

  it('of no account by name is that of all the caller may read', async () => {
    const all = await log(muster.root, {});
    expect(accountsIn(all.nodes)).to.include.members([
      south.accountId,
      north.accountId,
      muster.rootAccountId,
    ]);
    const own = await log(north.olga.client, {});
    expect(accountsIn(own.nodes)).to.deep.equal([north.accountId]);
    expect((await log(north.rita.client, {})).nodes).to.deep.equal([]);
  });

  it('of several accounts is refused when one may be seen and not read, and passes over what is not there', async () => {
    const accountIds = [north.accountId, south.accountId];
    expect(accountsIn((await log(north.olga.client, { accountIds })).nodes)).to.deep.equal([north.accountId]);
    const refused = await north.rita.client.send(
      'query ($a: [ID!]) { auditLog(accountIds: $a) { totalCount } }',
      { a: accountIds },
    );
    expect(refused.errors?.[0]?.extensions).to.include({
      code: 'PERMISSION_DENIED',
      permission: 'audit.read',
    });
  });

  it('is filtered by several actors and subjects, by the kind of actor, and by position', async () => {
    const { accountId } = north;
    const of = async (filter: object) => (await log(north.olga.client, { accountId, filter })).nodes;
    const [adam, carl] = [north.adam.userId, north.carl.userId];
    const about = await of({ subjectIds: [adam, carl] });
    expect(new Set(about.map(({ subject }) => subject?.id))).to.deep.equal(new Set([adam, carl]));
    expect(await of({ subjectIds: [adam, carl], subjectId: carl })).to.deep.equal(
      await of({ subjectId: carl }),
    );
    expect(await of({ subjectIds: [adam], subjectId: carl })).to.deep.equal([]);
    expect(await of({ actorIds: [adam] })).to.deep.equal([]);
    // Rita's attempt to read it is in it.
    const everybody = [adam, muster.rootUserId, north.rita.userId];
    expect(await of({ actorIds: everybody, actorKinds: ['USER'] })).to.have.length(
      (await of({ actorKinds: ['USER'] })).length,
    );
    expect(await of({ actorKinds: ['IMPORT'] })).to.deep.equal([]);
    const all = await of({});
    const [newest, second] = all;
    expect(await of({ fromPosition: newest?.position })).to.deep.equal([newest]);
    expect(await of({ toPosition: newest?.position, fromPosition: second?.position })).to.deep.equal([
      second,
    ]);
  });

  it('of people beside their accounts is for auditors of the root operator account', async () => {
    const ask =
      'query ($f: AuditLogFilter) { auditLogOfPeople(filter: $f, first: 200) { nodes { type data } } }';
    const { auditLogOfPeople } = await muster.root.query(ask);
    const types = new Set((auditLogOfPeople.nodes as readonly Entry[]).map(({ type }) => type));
    expect(types).to.deep.equal(
      new Set(['UserRegistered', 'IdentityLinked', 'EmailClaimed', 'IdentityClaimed']),
    );
    expect(JSON.stringify(auditLogOfPeople)).not.to.include('@');
    const f = { types: ['UserRegistered', 'UserAdded'], subjectIds: [north.adam.userId] };
    const adams = await muster.root.query(ask, { f });
    expect(adams.auditLogOfPeople.nodes.map(({ type }: Entry) => type)).to.deep.equal(['UserRegistered']);
    const refused = await north.olga.client.send(ask);
    expect(refused.errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED' });
  });

  it('tells of each event what it says: people, groups by name, and what was held before', async () => {
    const { accountId, olga, carl, add, createGroup } = south;
    const groupId = await createGroup('Harbour pilots');
    const userId = await add('Tess Typed', { groupIds: [groupId], role: 'REVIEWER' });
    const responsibility = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };
    applied(await olga.client.mutate('assignContact', { accountId, userId, responsibility }));
    applied(
      await olga.client.mutate('removeUser', {
        accountId,
        userId,
        confirmed: true,
        successors: { forAll: carl.userId },
      }),
    );
    const { auditLog } = await olga.client.query(
      `query ($a: ID!) { auditLog(accountId: $a, first: 8) { nodes {
        __typename type
        ... on UserAddedEntry { memberKind role }
        ... on GroupMemberAddedEntry { group { id name } groupRole }
        ... on ContactAssignedEntry { duty { kind applicationId } holder { id name } }
        ... on ContactReassignedEntry { duty { kind } fromUser { name } toUser { id } }
        ... on UserRemovedEntry { fromStatus notify snapshot {
          role permissions groups { group { name } role } responsibilities { kind } } }
      } } }`,
      { a: accountId },
    );
    const byType = Object.fromEntries(
      (auditLog.nodes as { type: string; __typename: string }[])
        .toReversed()
        .map(({ type, ...said }) => [type, said]),
    );
    expect(byType.UserAdded).to.deep.equal({
      __typename: 'UserAddedEntry',
      memberKind: 'STANDARD',
      role: 'REVIEWER',
    });
    expect(byType.GroupMemberAdded).to.deep.equal({
      __typename: 'GroupMemberAddedEntry',
      group: { id: groupId, name: 'Harbour pilots' },
      groupRole: 'MEMBER',
    });
    expect(byType.ContactAssigned).to.deep.include({ holder: { id: userId, name: 'Tess Typed' } });
    expect(byType.ContactReassigned).to.deep.include({
      fromUser: { name: 'Tess Typed' },
      toUser: { id: carl.userId },
    });
    expect(byType.UserRemoved).to.deep.include({ fromStatus: 'ACTIVE' });
    expect(byType.UserRemoved).to.have.deep.property('snapshot', {
      role: 'REVIEWER',
      permissions: [],
      groups: [{ group: { name: 'Harbour pilots' }, role: 'MEMBER' }],
      responsibilities: [{ kind: 'ACCOUNT_TECHNICAL_CONTACT' }],
    });
  });

  it('labels who did it and whom it is about, also when the one was deleted', async () => {
    const { accountId, olga, add } = await accountWorld(muster, {
      policy: { deletionRequiresInactive: false, attributionAfterDelete: 'ANONYMOUS' },
    });
    const userId = await add('Dora Deleted');
    const phrase = { confirmed: true, phrase: 'DELETE' };
    const preview = `query ($a: ID!, $u: ID!) {
      offboardingPreview(accountId: $a, userId: $u, operation: DELETE) { token } }`;
    const { offboardingPreview } = await olga.client.query(preview, { a: accountId, u: userId });
    const previewToken = offboardingPreview.token;
    applied(await olga.client.mutate('deleteUser', { accountId, userId, previewToken, ...phrase }));
    const { auditLog } = await olga.client.query(
      `query ($a: ID!, $u: ID!) { auditLog(accountId: $a, filter: {subjectId: $u}) {
        nodes { type actorLabel subjectLabel subject { id name } } } }`,
      { a: accountId, u: userId },
    );
    expect(auditLog.nodes[0]).to.deep.equal({
      type: 'UserDeleted',
      actorLabel: 'olga',
      subjectLabel: 'Former member',
      subject: { id: userId, name: null },
    });
  });

  it('labels what Muster did unasked with the word for it', async () => {
    const { accountId, olga, add } = await accountWorld(muster, { policy: { notifyOnRemove: true } });
    const userId = await add('Rudi Removed');
    applied(await olga.client.mutate('removeUser', { accountId, userId, confirmed: true }));
    await muster.processManagers.settled();
    const { auditLog } = await olga.client.query(
      `query ($a: ID!, $p: Position) { auditLog(accountId: $a, minPosition: $p, filter: {types: ["MailSent"]}) {
        nodes { actorLabel actor { kind id label } } } }`,
      { a: accountId, p: String(await muster.core.store.head()) },
    );
    const [{ actorLabel, actor }] = auditLog.nodes;
    expect(actor.kind).to.equal('SYSTEM');
    expect(actor.label).to.equal(actor.id).and.to.equal(actorLabel);
  });

  it('takes an account by name or a list of them, not both', async () => {
    const { accountId } = north;
    const answer = await north.olga.client.send(
      'query ($a: ID!) { auditLog(accountId: $a, accountIds: [$a]) { totalCount } }',
      { a: accountId },
    );
    expect(answer.errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'accountIds' });
  });
});
