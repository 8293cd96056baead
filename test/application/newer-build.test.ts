import { expect } from 'chai';
import type { StoredEvent } from '../../src/domain/event.js';
import { hashOf } from '../../src/event-store/chain.js';
import { applied, InstalledMuster, ISSUER, joining, userIdOf } from './installed-muster.js';

const REVIEWER = { email: 'rita@acme.example', name: null };

/** Not known to this build, in the two ways there are. */
const unknown = {
  'a type': (event: StoredEvent) => ({ ...event, type: 'UserTeleported' }),
  'a schema version': (event: StoredEvent) => ({ ...event, schemaVersion: 2 }),
};
const errorNames: Readonly<Record<string, string>> = {
  'a type': 'UnknownEventType',
  'a schema version': 'UnknownEventVersion',
};

for (const [what, changed] of Object.entries(unknown))
  describe(`a node that meets ${what} that it does not know`, () => {
    let muster: InstalledMuster;
    beforeEach(async () => {
      muster = await InstalledMuster.install();
    });
    afterEach(() => muster.remove());

    /** A newer build appends one more event like the last one. */
    const appendNewer = async (stream: string) => {
      const [last] = await muster.store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
      if (last === undefined) throw new Error(`there is no ${stream}`);
      const revision = last.revision + 1;
      const newer = changed({
        ...(JSON.parse(last.body) as StoredEvent),
        eventId: `newer-${revision}`,
        revision,
        previousHash: last.hash,
      });
      const body = JSON.stringify(newer);
      await muster.store.append({
        stream,
        expectedRevision: last.revision,
        events: [{ id: newer.eventId, type: newer.type, body, hash: hashOf(body) }],
      });
    };
    const nameOf = (asked: Promise<unknown>) =>
      asked.then(
        () => 'DONE',
        (error: Error) => error.name,
      );
    const streamsLike = async (start: string) =>
      (await muster.store.readAll({ afterPosition: 0, maxCount: 1_000 }))
        .map(({ stream }) => stream)
        .filter((stream) => stream.startsWith(start));

    it('decides nothing more on that account, and goes on with others', async () => {
      const { accountId, olga } = await muster.openAccount();
      const other = await muster.openAccount();
      await appendNewer(`account-${accountId}`);
      const node = muster.anotherNode();
      const { email } = REVIEWER;
      expect(await nameOf(node.addUser(joining(accountId, olga, email)))).to.equal(errorNames[what]);
      const dryRun = { ...joining(accountId, olga, email), dryRun: true };
      expect(await nameOf(node.addUser(dryRun))).to.equal(errorNames[what]);
      expect(await nameOf(node.accounts.read(accountId, () => null))).to.equal(errorNames[what]);
      applied(await node.addUser(joining(other.accountId, other.olga, email)));
    });

    it('decides nothing more on that account that it had folded before', async () => {
      const { accountId, olga } = await muster.openAccount();
      const node = muster.anotherNode();
      applied(await node.addUser(joining(accountId, olga, 'adam@acme.example')));
      await appendNewer(`account-${accountId}`);
      for (const _ of [1, 2])
        expect(await nameOf(node.addUser(joining(accountId, olga, REVIEWER.email)))).to.equal(
          errorNames[what],
        );
    });

    it('guesses of no person whose stream holds it', async () => {
      const { olga } = await muster.openAccount();
      await appendNewer(`user-${userIdOf(olga)}`);
      const other = await muster.openAccount();
      const { people, accounts } = muster.anotherNode();
      const adding = {
        type: 'addUser',
        userId: userIdOf(olga),
        membershipId: 'm1',
        kind: 'STANDARD',
        role: 'REVIEWER',
        permissions: [],
        groupIds: [],
      } as const;
      const actor = { kind: 'SYSTEM', id: 'test' } as const;
      const added = accounts.execute({ accountId: other.accountId, actor, commands: [adding] });
      expect(await nameOf(added), 'an erasure may stand there').to.equal(errorNames[what]);
      expect(await nameOf(people.profileOf(userIdOf(olga)))).to.equal(errorNames[what]);
      expect(await nameOf(people.recordProfile(userIdOf(olga), { name: 'O', email: null }, anyone))).to.equal(
        errorNames[what],
      );
    });

    it('guesses of no address or identity whose stream holds it', async () => {
      const { accountId, olga } = await muster.openAccount();
      applied(await muster.application.addUser(joining(accountId, olga, REVIEWER.email)));
      for (const stream of await streamsLike('email-')) await appendNewer(stream);
      for (const stream of await streamsLike('identity-')) await appendNewer(stream);
      const node = muster.anotherNode();
      expect(await nameOf(node.people.find(REVIEWER))).to.equal(errorNames[what]);
      const claims = { issuer: ISSUER, subject: 'root', verifiedEmail: null };
      expect(await nameOf(node.signIn(claims))).to.equal(errorNames[what]);
    });
  });

const anyone = { kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null } as const;
