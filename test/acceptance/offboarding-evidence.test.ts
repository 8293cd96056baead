import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { ExportVerdict } from '../../src/proof/export/verdict.js';
import { verifyExport } from '../../src/proof/export/verify-export.js';
import { noteVerifier } from '../../src/proof/signed-note.js';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('offboardingEvidence', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster, { preset: 'SUPEROFFICE', policy: { notifyOnRemove: true } });
  });
  after(() => muster.close());

  const ask = async (client: GraphqlClient, accountId: string, userId: string) =>
    client.send('query ($a: ID!, $u: ID!) { offboardingEvidence(accountId: $a, userId: $u) }', {
      a: accountId,
      u: userId,
    });

  function verdictOn(file: string, key = muster.core.signer.verifierKey): ExportVerdict {
    return verifyExport([Buffer.from(file)], { verifier: noteVerifier(key), kept: null });
  }

  it('is a file that proves what the person held, and that nothing is held any more; mails are fetched one by one', async () => {
    const { accountId, olga, rita } = world;
    const tina = await world.add('Tina', { role: 'ADMIN' });
    const client = await muster.client({ subject: `tina-${accountId}`, email: await emailOf(tina) });
    const groupId = await world.createGroup('Sales');
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId: tina }));
    const applicationId = await world.registerApplication('Billing', tina);
    const person = { email: 'new.here@example.test', name: 'New Here' };
    applied(await client.mutate('inviteUser', { accountId, person, role: 'REVIEWER' }));
    await rita.client.mutate('removeUser', { accountId, userId: tina, confirmed: true });
    applied(
      await olga.client.mutate('removeUser', {
        accountId,
        userId: tina,
        confirmed: true,
        successors: {
          each: [
            {
              responsibility: { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId },
              userId: world.adam.userId,
            },
          ],
        },
      }),
    );
    await muster.processManagers.settled();
    const { store } = muster.core;
    const { readAt } = store;
    const read = { types: [] as string[], underWay: 0, atOnce: 0 };
    store.readAt = async (position) => {
      read.underWay += 1;
      read.atOnce = Math.max(read.atOnce, read.underWay);
      await setTimeout(20);
      const event = await readAt.call(store, position);
      read.types.push(event?.type ?? '');
      read.underWay -= 1;
      return event;
    };
    const file = (await ask(olga.client, accountId, tina)).data.offboardingEvidence as string;
    store.readAt = readAt;
    expect(read.types).to.deep.equal(['MailRequested', 'MailSent']);
    expect(read.atOnce).to.equal(1);
    const verdict = verdictOn(file);
    if (verdict.status === 'BROKEN') expect.fail(verdict.firstBad.problem);
    expect(verdict.scope).to.deep.equal({ kind: 'EVIDENCE', accountId, userId: tina });
    expect(verdict.status).to.equal('PROVEN');
    const { summary } = verdict;
    expect(summary?.membership.at(-1)?.type).to.equal('UserRemoved');
    expect(summary?.duties).to.have.lengthOf(1);
    expect(summary?.groups.map((held) => held.groupId)).to.deep.equal([groupId]);
    for (const { until } of [...(summary?.duties ?? []), ...(summary?.groups ?? [])])
      expect(until).to.be.a('string');
    expect(summary?.invitationsSent.map(({ became }) => became)).to.deep.equal(['OPEN']);
    expect(summary?.seats.at(-1)?.type).to.equal('FREE');
    expect(summary?.mails.map(({ type }) => type)).to.include.members(['MailRequested', 'MailSent']);
    expect(file).not.to.include('Tina').and.not.include('@');
    const changed = file.replace('UserRemoved', 'UserDeleted');
    expect(verdictOn(changed).status).to.equal('BROKEN');
  });

  async function emailOf(userId: string): Promise<string> {
    const { account } = await muster.root.query(
      'query ($a: ID!) { account(id: $a) { users(first: 50) { nodes { userId user { email } } } } }',
      { a: world.accountId },
    );
    return account.users.nodes.find((node: { userId: string }) => node.userId === userId).user.email;
  }

  it('is made one at a time: each holds a tree over the whole log', async () => {
    const { accountId, olga, adam } = world;
    const { store } = muster.core;
    const { readStream } = store;
    const seen = { running: 0, most: 0 };
    store.readStream = async (...asked) => {
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await setTimeout(20);
      seen.running -= 1;
      return readStream.apply(store, asked);
    };
    try {
      const files = await Promise.all(
        [olga.userId, adam.userId, olga.userId].map((userId) => ask(olga.client, accountId, userId)),
      );
      for (const { data } of files) expect(data.offboardingEvidence).to.be.a('string');
    } finally {
      store.readStream = readStream;
    }
    expect(seen).to.deep.equal({ running: 0, most: 1 });
  });

  it('needs audit.export, and tells strangers nothing', async () => {
    const { accountId, olga, adam, stranger } = world;
    const denied = await ask(adam.client, accountId, olga.userId);
    expect(denied.errors?.[0]?.extensions).to.include({
      code: 'PERMISSION_DENIED',
      permission: 'audit.export',
    });
    expect((await ask(stranger, accountId, olga.userId)).data.offboardingEvidence).to.equal(null);
    expect((await ask(olga.client, accountId, muster.rootAccountId)).data.offboardingEvidence).to.equal(null);
  });
});
