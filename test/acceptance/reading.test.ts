import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';

describe('reading', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const users = async (args: string, fields = 'nodes { user { name } }') => {
    const query = `query ($a: ID!) { account(id: $a) { users(${args}) { ${fields} } } }`;
    return (await world.rita.client.query(query, { a: world.accountId })).account.users;
  };
  const namesOf = (list: { nodes: { user: { name: string } }[] }) => list.nodes.map(({ user }) => user.name);

  describe('the viewer', () => {
    it('is told who he is, and where he may do what', async () => {
      const { viewer } = await world.adam.client.query(
        '{ viewer { issuer user { id name } accounts { nodes { id viewerPermissions } } } }',
      );
      expect(viewer).to.deep.include({
        issuer: muster.issuer.issuer,
        user: { id: world.adam.userId, name: 'adam' },
      });
      expect(viewer.accounts.nodes).to.have.lengthOf(1);
      expect(viewer.accounts.nodes[0].id).to.equal(world.accountId);
      expect(viewer.accounts.nodes[0].viewerPermissions)
        .to.include('users.manage')
        .and.not.include('policy.write');
    });
  });

  describe('an account', () => {
    const query = 'query ($a: ID!) { account(id: $a) { name kind openedAt preset policy { rankGuard } } }';

    it('is read by its members', async () => {
      const { account } = await world.rita.client.query(query, { a: world.accountId });
      expect(account).to.include({ kind: 'STANDARD', preset: 'DEFAULT' });
      expect(account.openedAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    it('is as unknown to a stranger as one that does not exist', async () => {
      const [foreign, unknown] = await Promise.all(
        [world.accountId, unknownId].map((a) => world.stranger.send(query, { a })),
      );
      expect(foreign?.data).to.deep.equal({ account: null });
      expect(foreign?.errors).to.equal(undefined);
      expect({ ...foreign, headers: null }).to.deep.equal({ ...unknown, headers: null });
    });

    it('is closed at once to a member who is deactivated, by the same token', async () => {
      const own = await accountWorld(muster);
      const asked = { a: own.accountId };
      expect((await own.carl.client.query(query, asked)).account).not.to.equal(null);
      applied(
        await own.olga.client.mutate('deactivateUser', {
          ...{ accountId: own.accountId },
          userId: own.carl.userId,
          confirmed: true,
        }),
      );
      expect((await own.carl.client.query(query, asked)).account).to.equal(null);
      expect((await own.carl.client.query('{ accounts { totalCount } }')).accounts.totalCount).to.equal(0);
    });
  });

  describe('its people', () => {
    it('are those who are active or inactive, in the order of joining', async () => {
      expect(namesOf(await users('first: 10'))).to.deep.equal(['olga', 'adam', 'carl', 'rita']);
    });

    it('SO-7, PP-8 are filtered by role, status, group and search', async () => {
      const own = await accountWorld(muster);
      const { accountId } = own;
      const groupId = await own.createGroup('Builders');
      applied(
        await own.olga.client.mutate('addGroupMember', { accountId, groupId, userId: own.carl.userId }),
      );
      applied(
        await own.olga.client.mutate('deactivateUser', {
          accountId,
          userId: own.rita.userId,
          confirmed: true,
        }),
      );
      const named = await own.add('Søren Kierkegaard');
      applied(await own.olga.client.mutate('removeUser', { accountId, userId: named, confirmed: true }));
      const ask = async (args: string) => {
        const query = `query ($a: ID!, $g: ID) { account(id: $a) { users(${args}) { totalCount nodes { user { name } } } other: groups { nodes { id } } x: users(groupId: $g) { totalCount } } }`;
        const { account } = await own.adam.client.query(query, { a: accountId, g: groupId });
        expect(account.users.totalCount).to.equal(account.users.nodes.length);
        return namesOf(account.users);
      };
      expect(await ask('role: [OWNER, ADMIN]')).to.deep.equal(['olga', 'adam']);
      expect(await ask('status: [INACTIVE]')).to.deep.equal(['rita']);
      expect(await ask('status: [REMOVED, DELETED]')).to.deep.equal(['Søren Kierkegaard']);
      expect(await ask('groupId: $g')).to.deep.equal(['carl']);
      expect(await ask('search: "ARL"')).to.deep.equal(['carl']);
      expect(await ask('search: "kierke", status: [REMOVED]')).to.deep.equal(['Søren Kierkegaard']);
      expect(await ask('search: "a", role: [ADMIN]')).to.deep.equal(['adam']);
      expect(await ask('search: "%"')).to.deep.equal([]);
      expect(await ask('search: "\\" OR 1=1 --"')).to.deep.equal([]);
    });

    it('come page by page, each once', async () => {
      const seen: string[] = [];
      let after = '';
      for (let page = 0; page < 4; page += 1) {
        const args = after === '' ? 'first: 1' : `first: 1, after: "${after}"`;
        const list = await users(
          args,
          'edges { cursor node { user { name } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }',
        );
        seen.push(list.edges[0].node.user.name);
        expect(list.pageInfo).to.deep.equal({
          hasNextPage: page < 3,
          hasPreviousPage: page > 0,
          startCursor: list.edges[0].cursor,
          endCursor: list.edges[0].cursor,
        });
        after = list.pageInfo.endCursor;
      }
      expect(seen).to.deep.equal(['olga', 'adam', 'carl', 'rita']);
    });

    it('refuse the cursor of another list', async () => {
      const query =
        'query ($a: ID!, $after: String) { account(id: $a) { users(first: 1) { pageInfo { endCursor } } groups(after: $after) { nodes { id } } } }';
      const { account } = await world.rita.client.query(query, { a: world.accountId, after: null });
      const { errors } = await world.rita.client.send(query, {
        a: world.accountId,
        after: account.users.pageInfo.endCursor,
      });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'after' });
    });
  });

  describe('a person', () => {
    const query =
      'query ($u: ID!) { user(id: $u) { name email memberships { totalCount nodes { accountId status account { name } } } } }';

    it('SW-6 shows only the memberships of accounts that the caller may see', async () => {
      const elsewhere = await accountWorld(muster);
      const { accountId } = elsewhere;
      const u = world.carl.userId;
      const { email } = (await muster.root.query(query, { u })).user;
      applied(await muster.root.mutate('addUser', { accountId, person: { email }, role: 'REVIEWER' }));
      const seenBy = async (client: typeof muster.root) =>
        (await client.query(query, { u })).user?.memberships.totalCount;
      expect(await seenBy(world.rita.client)).to.equal(1);
      expect(await seenBy(elsewhere.rita.client)).to.equal(1);
      expect(await seenBy(world.carl.client)).to.equal(2);
      expect(await seenBy(muster.root)).to.equal(2);
      expect(await seenBy(world.stranger)).to.equal(undefined);
    });

    it('who is a stranger is as unknown as one that does not exist', async () => {
      const ask = async (u: string) => world.stranger.query(query, { u });
      expect(await ask(world.carl.userId)).to.deep.equal(await ask(unknownId));
    });
  });

  describe('a membership', () => {
    it('is read with role, permissions, groups and duties', async () => {
      const own = await accountWorld(muster);
      const { accountId, carl, olga } = own;
      const { userId } = carl;
      const groupId = await own.createGroup('Builders');
      applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId }));
      applied(
        await olga.client.mutate('grantPermissions', { accountId, userId, permissions: ['app-store'] }),
      );
      await own.registerApplication('Shop', userId);
      const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
        status kind role permissions effectivePermissions endedBy account { id } user { id name email }
        groups { name role group { id parentId members { nodes { userId role user { name } } } } }
        responsibilities { kind application { name } } } }`;
      const { membership } = await own.rita.client.query(query, { a: accountId, u: userId });
      expect(membership).to.deep.include({
        status: 'ACTIVE',
        kind: 'STANDARD',
        role: 'CONTRIBUTOR',
        permissions: ['app-store'],
        effectivePermissions: ['account.read', 'app-store', 'users.read'],
        endedBy: null,
        account: { id: accountId },
        responsibilities: [{ kind: 'APPLICATION_TECHNICAL_CONTACT', application: { name: 'Shop' } }],
      });
      expect(membership.groups).to.deep.equal([
        {
          name: 'Builders',
          role: 'MEMBER',
          group: {
            id: groupId,
            parentId: null,
            members: { nodes: [{ userId, role: 'MEMBER', user: { name: 'carl' } }] },
          },
        },
      ]);
    });

    it('is null for a stranger, for somebody who is not in the account, and for ids nobody has', async () => {
      const query = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { id } }';
      const { accountId, carl } = world;
      expect(await world.stranger.query(query, { a: accountId, u: carl.userId })).to.deep.equal({
        membership: null,
      });
      expect(await world.rita.client.query(query, { a: accountId, u: muster.rootUserId })).to.deep.equal({
        membership: null,
      });
      expect(await world.rita.client.query(query, { a: unknownId, u: unknownId })).to.deep.equal({
        membership: null,
      });
    });
  });

  describe('the audit log', () => {
    const query = `query ($a: ID!, $f: AuditLogFilter, $first: Int, $after: String) {
      auditLog(accountId: $a, filter: $f, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id type position revision occurredAt recordedAt policyVersion correlationId hash data
          actor { kind id user { name } } subject { id name } reason { code ticket } } } }`;

    it('SW-18 has every event, newest first, with who, whom and why', async () => {
      const own = await accountWorld(muster);
      const { accountId, adam, carl } = own;
      const reason = { code: 'left-company', ticket: 'HR-17' };
      applied(
        await adam.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true, reason }),
      );
      const { auditLog } = await adam.client.query(query, { a: accountId });
      expect(auditLog.nodes.map(({ type }: { type: string }) => type)).to.deep.equal([
        'UserRemoved',
        'UserAdded',
        'UserAdded',
        'UserAdded',
        'UserAdded',
        'AccountOpened',
      ]);
      expect(auditLog.nodes[0]).to.deep.include({
        revision: 5,
        policyVersion: 1,
        actor: { kind: 'USER', id: adam.userId, user: { name: 'adam' } },
        subject: { id: carl.userId, name: 'carl' },
        reason,
      });
      expect(auditLog.nodes[0].data.snapshot.role).to.equal('CONTRIBUTOR');
      expect(JSON.stringify(auditLog.nodes)).not.to.include('@example.test');
    });

    it('is filtered by type, actor, subject, reason, ticket, correlation and time', async () => {
      const own = await accountWorld(muster);
      const { accountId, adam, carl } = own;
      const reason = { code: 'trial-over', ticket: 'T-9' };
      applied(
        await adam.client.mutate('deactivateUser', {
          accountId,
          userId: carl.userId,
          confirmed: true,
          reason,
        }),
      );
      const typesOf = async (f: object) => {
        const { auditLog } = await adam.client.query(query, { a: accountId, f });
        expect(auditLog.totalCount).to.equal(auditLog.nodes.length);
        return auditLog.nodes.map(({ type }: { type: string }) => type);
      };
      const [newest] = (await adam.client.query(query, { a: accountId, first: 1 })).auditLog.nodes;
      const only = ['UserDeactivated'];
      expect(await typesOf({ types: ['UserDeactivated', 'UserRemoved'] })).to.deep.equal(only);
      expect(await typesOf({ actorId: adam.userId })).to.deep.equal(only);
      expect(await typesOf({ subjectId: carl.userId })).to.deep.equal([...only, 'UserAdded']);
      expect(await typesOf({ reasonCode: 'trial-over' })).to.deep.equal(only);
      expect(await typesOf({ ticket: 'T-9' })).to.deep.equal(only);
      expect(await typesOf({ correlationId: newest.correlationId })).to.deep.equal(only);
      expect(await typesOf({ from: newest.occurredAt })).to.deep.equal(only);
      expect(await typesOf({ to: newest.occurredAt })).to.have.lengthOf(5);
      expect(await typesOf({ types: [] })).to.have.lengthOf(6);
    });

    it('comes page by page', async () => {
      const revisions: number[] = [];
      let after: string | null = null;
      do {
        const asked = { a: world.accountId, first: 2, after };
        const { auditLog } = await world.olga.client.query(query, asked);
        revisions.push(...auditLog.nodes.map(({ revision }: { revision: number }) => revision));
        after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null;
      } while (after !== null);
      expect(revisions).to.deep.equal([...revisions].sort((a, b) => b - a));
      expect(revisions.at(-1)).to.equal(0);
    });

    it('needs audit.read; a stranger finds it empty', async () => {
      const denied = await world.rita.client.send(query, { a: world.accountId });
      expect(denied.errors?.[0]?.extensions).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'audit.read',
      });
      const { auditLog } = await world.stranger.query(query, { a: world.accountId });
      expect(auditLog).to.deep.include({ nodes: [], totalCount: 0 });
    });
  });

  describe('with minPosition', () => {
    it('reads what was just written, by a position of any mutation', async () => {
      const { position } = applied(
        await world.olga.client.mutate('createGroup', { accountId: world.accountId, name: 'Fresh' }),
      );
      const query =
        'query ($a: ID!, $p: Position) { account(id: $a, minPosition: $p) { groups { nodes { name } } } }';
      const { account } = await world.rita.client.query(query, { a: world.accountId, p: position });
      expect(account.groups.nodes).to.deep.include({ name: 'Fresh' });
    });

    it('says PROJECTION_LAGGING, after two seconds, for a position that is not there yet', async () => {
      const query = 'query ($a: ID!, $p: Position) { account(id: $a, minPosition: $p) { id } }';
      const { data, errors } = await world.rita.client.send(query, {
        a: world.accountId,
        p: '9007199254740991',
      });
      expect(data).to.deep.equal({ account: null });
      expect(errors?.[0]?.extensions.code).to.equal('PROJECTION_LAGGING');
    });
  });

  it('names the field of every malformed id', async () => {
    const queries = {
      id: 'query ($x: ID!) { account(id: $x) { id } }',
      accountId: `query ($x: ID!) { membership(accountId: $x, userId: "${unknownId}") { id } }`,
      userId: `query ($x: ID!) { membership(accountId: "${unknownId}", userId: $x) { id } }`,
      'filter.actorId': `query ($x: ID) { auditLog(accountId: "${unknownId}", filter: { actorId: $x }) { nodes { id } } }`,
    };
    for (const [field, query] of Object.entries(queries))
      for (const x of ['', 'abc', '../../etc/passwd', `${unknownId} `]) {
        const { errors } = await muster.root.send(query, { x });
        expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field });
      }
  });
});
