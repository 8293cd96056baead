import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { invite, tokenFor } from '../support/invitee.js';

const confirmed = { confirmed: true };

describe('the ledgers of an account', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const asOlga = async (mutation: string, userId: string, fields: object = {}) =>
    applied(await world.olga.client.mutate(mutation, { accountId: world.accountId, userId, ...fields }));

  describe('of seats', () => {
    const query = `query ($a: ID!, $u: ID, $at: Position, $first: Int, $after: String) { account(id: $a) {
      seatLedger(userId: $u, atPosition: $at, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { userId hold takenBy releasedBy fromPosition toPosition fromAt toAt user { name } } } } }`;
    const ask = async (variables: object = {}, { query: send }: GraphqlClient = world.olga.client) =>
      (await send(query, { a: world.accountId, ...variables })).account.seatLedger;

    it('D3-5, D3-9 say who took which seat, from which event to which', async () => {
      const { userId } = world.carl;
      const ended = await asOlga('deactivateUser', userId, confirmed);
      const begun = await asOlga('reactivateUser', userId, confirmed);
      const { totalCount, nodes } = await ask({ u: userId });
      expect(totalCount).to.equal(2);
      expect(nodes[0]).to.deep.include({
        userId,
        hold: 'IN_USE',
        takenBy: 'UserAdded',
        releasedBy: 'UserDeactivated',
        toPosition: ended.position,
        user: { name: 'carl' },
      });
      expect(nodes[1]).to.deep.include({
        hold: 'IN_USE',
        takenBy: 'UserReactivated',
        releasedBy: null,
        fromPosition: begun.position,
        toPosition: null,
        toAt: null,
      });
    });

    it('add up at every place in the log to what was in use there', async () => {
      const { userId } = world.carl;
      const { position } = await asOlga('deactivateUser', userId, confirmed);
      const { nodes } = await ask({ u: userId });
      const before = String(Number(nodes[0].toPosition) - 1);
      expect((await ask({ at: before })).totalCount).to.equal(4);
      expect((await ask({ at: position })).totalCount).to.equal(3);
      expect((await ask({ at: nodes[0].fromPosition, u: userId })).totalCount).to.equal(1);
    });

    it('hold a seat RESERVED for an invitation until it is accepted', async () => {
      const { userId, client } = await invite(world);
      const token = await tokenFor(world, userId);
      applied(await client.mutate('acceptInvitation', { token }));
      const { nodes } = await ask({ u: userId });
      expect(
        nodes.map(({ hold, takenBy, releasedBy }: Record<string, string>) => [hold, takenBy, releasedBy]),
      ).to.deep.equal([
        ['RESERVED', 'UserInvited', 'InvitationAccepted'],
        ['IN_USE', 'InvitationAccepted', null],
      ]);
    });

    it('come page by page', async () => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { nodes, pageInfo } = await ask({ first: 3, after });
        seen.push(...nodes.map(({ user }: { user: { name: string } }) => user.name));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).to.deep.equal(['olga', 'adam', 'carl', 'rita']);
    });

    it('need seats.read', async () => {
      const { errors } = await world.rita.client.send(query, { a: world.accountId });
      expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'seats.read' });
      expect((await world.stranger.query(query, { a: world.accountId })).account).to.equal(null);
    });
  });

  describe('of mail', () => {
    const query = `query ($a: ID!, $u: ID, $s: [MailStatus!], $first: Int, $after: String) { account(id: $a) {
      mails(userId: $u, status: $s, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { causeEventId causePosition kind userId status reason attempts code dueAt nextAttemptAt endedAt
          user { name } } } } }`;
    const ask = async (variables: object = {}, { query: send }: GraphqlClient = world.olga.client) => {
      await muster.processManagers.settled();
      await muster.readModel.waitFor(await muster.core.store.head(), 10_000);
      return (await send(query, { a: world.accountId, ...variables })).account.mails;
    };

    it('SW-11, SW-13 say what became of the mail that an event asked for, and never to which address', async () => {
      const { userId } = world.carl;
      const { events, position } = await asOlga('removeUser', userId, confirmed);
      const list = await ask();
      expect(list.totalCount).to.equal(1);
      expect(list.nodes[0]).to.deep.include({
        causeEventId: events.at(-1)?.id,
        causePosition: position,
        kind: 'REMOVAL',
        userId,
        status: 'SENT',
        reason: null,
        attempts: 1,
        code: null,
        nextAttemptAt: null,
        user: { name: 'carl' },
      });
      expect(Date.parse(list.nodes[0].endedAt)).to.be.at.least(Date.parse(list.nodes[0].dueAt));
      expect(JSON.stringify(list)).not.to.include('@example.test');
    });

    it('PP-3 show what was suppressed, and why; filtered by person and status', async () => {
      const message = { subject: 'Hello', text: 'A line.' };
      await asOlga('deactivateUser', world.rita.userId, confirmed);
      await asOlga('notifyUser', world.rita.userId, message);
      await asOlga('notifyUser', world.carl.userId, message);
      const suppressed = await ask({ s: ['SUPPRESSED'] });
      expect(suppressed.totalCount).to.equal(1);
      expect(suppressed.nodes[0]).to.deep.include({
        kind: 'NOTIFICATION',
        userId: world.rita.userId,
        status: 'SUPPRESSED',
        reason: 'NOT_ENTITLED',
      });
      expect((await ask({ u: world.carl.userId })).nodes[0]).to.include({ status: 'SENT' });
      expect((await ask({ u: world.carl.userId, s: ['SUPPRESSED'] })).totalCount).to.equal(0);
      expect((await ask({ s: ['SENT', 'SUPPRESSED'] })).totalCount).to.equal(2);
    });

    it('stand in the audit log too, as events of their own', async () => {
      const { events } = await asOlga('removeUser', world.carl.userId, confirmed);
      await ask();
      const document = `query ($a: ID!, $f: AuditLogFilter) { auditLog(accountId: $a, filter: $f) {
        nodes { type subjectLabel causationId data actor { kind } } } }`;
      const f = { types: ['MailRequested', 'MailSent'] };
      const { auditLog } = await world.olga.client.query(document, { a: world.accountId, f });
      expect(auditLog.nodes.map(({ type }: { type: string }) => type)).to.deep.equal([
        'MailSent',
        'MailRequested',
      ]);
      expect(auditLog.nodes[0]).to.deep.include({ subjectLabel: 'carl' });
      expect(auditLog.nodes[0].data).to.include({ causeEventId: events.at(-1)?.id, kind: 'REMOVAL' });
      expect(auditLog.nodes[0].actor.kind).to.be.oneOf(['SYSTEM', 'SCHEDULER']);
    });

    it('need audit.read', async () => {
      const { errors } = await world.rita.client.send(query, { a: world.accountId });
      expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'audit.read' });
      expect((await world.stranger.query(query, { a: world.accountId })).account).to.equal(null);
    });
  });

  it('and the audit log refuses a type that no event has, naming the nearest', async () => {
    const document =
      'query ($a: ID!, $f: AuditLogFilter) { auditLog(accountId: $a, filter: $f) { nodes { id } } }';
    const f = { types: ['UserRemoved', 'UserDeactivatd'] };
    for (const client of [world.adam.client, world.stranger]) {
      const { errors } = await client.send(document, { a: world.accountId, f });
      expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'filter.types.1' });
      expect(errors?.[0]?.message).to.include('UserDeactivated');
    }
  });
});
