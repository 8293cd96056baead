import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { runMuster } from '../cli/run-muster.js';
import { applied } from '../support/account-world.js';
import { Receiver } from '../webhooks/receiver.js';
import { ErasingServer } from './erasing-server.js';
import { filesWith, formsOf } from './traces-of.js';

const FIRST = 'Zyxcanaria';
const LAST = 'Quellwassermann';
const EMAIL = 'zyxcanaria.quellwassermann@canary.example';
const SECRETS = [FIRST, LAST, EMAIL, EMAIL.split('@')[0] ?? ''];

const everything = `query ($account: ID!, $user: ID!, $root: ID!) {
  user(id: $user) { id name email erasure { status receipt } memberships(first: 9) { nodes { status } } }
  account(id: $account) {
    users(first: 50, status: [ACTIVE, REMOVED]) { nodes { userId user { name email } } }
    mails(first: 50) { nodes { kind status userId user { name email } } }
  }
  auditLog(accountId: $account, first: 100) { nodes { type data subject { name } actor { id } } }
  rootLog: auditLog(accountId: $root, first: 100) { nodes { type data } }
}`;

describe('a canary who is erased', function () {
  this.timeout(300_000);
  let server: ErasingServer;
  let receiver: Receiver;
  before(async () => {
    server = await ErasingServer.start();
    receiver = await Receiver.start();
  });
  after(async () => {
    await server.remove();
    await receiver.stop();
  });

  it('is in no file, no line said, no answer, no post, no export; nor is a byte of the key', async () => {
    const root = await server.client();
    const [invitedTo, addedTo] = [await server.openAccount('Inviting'), await server.openAccount('Adding')];
    for (const accountId of [invitedTo, addedTo])
      applied(await root.mutate('registerWebhook', { accountId, url: receiver.url }));
    const person = { email: EMAIL, name: `${FIRST} ${LAST}` };
    applied(await root.mutate('inviteUser', { accountId: invitedTo, person, role: 'REVIEWER' }));
    const canary = await server.add(addedTo, person, 'ADMIN');
    const other = await server.add(addedTo, { email: 'bea@example.test', name: 'Bea Bystander' });
    const asCanary = await server.client('canary', EMAIL);
    const invited = { email: 'carla@example.test', name: 'Carla' };
    applied(await asCanary.mutate('inviteUser', { accountId: addedTo, person: invited, role: 'REVIEWER' }));
    const told = { userId: canary, subject: `Dear ${FIRST}`, text: `${FIRST} ${LAST}, this is for you.` };
    applied(await root.mutate('notifyUser', { accountId: addedTo, ...told }));
    const mailsPath = join(server.dataDir, 'mails');
    // The folder comes with the first mail.
    const mails = () =>
      existsSync(mailsPath) ? readdirSync(mailsPath).filter((name) => name.endsWith('.eml')) : [];
    for (let look = 1; look < 100 && mails().length < 3; look += 1) await delay(100);
    const key = await server.keyOf(canary);
    if (key === null) throw new Error('the canary has no key');
    expect(mails()).to.have.lengthOf(3);
    const before = filesWith(server.dataDir, SECRETS).map((path) => path.slice(server.dataDir.length + 1));
    expect(before.filter((path) => path.startsWith('mails/'))).to.have.lengthOf(3);
    expect(before.some((path) => /people\.sqlite/.test(path))).to.equal(true);
    expect(filesWith(server.dataDir, [key])).not.to.deep.equal([]);

    const takeExports = async ({ isErased }: { isErased: boolean }) => {
      const folder = join(server.folder, isErased ? 'exports' : 'exports-before');
      mkdirSync(folder);
      const at = (file: string) => ['--out', join(folder, file), '--data', server.dataDir];
      const evidence = ['--evidence', '--account', addedTo, '--user', canary];
      const tables = [
        [...at('people.csv'), '--table', 'people', '--names', '--format', 'csv'],
        [...at('members_now.jsonl'), '--table', 'members_now', '--names'],
      ];
      const events = [
        at('all.jsonl'),
        [...at('all.csv'), '--format', 'csv'],
        [...at('all.cloudevents'), '--format', 'cloudevents'],
        [...at('evidence.jsonl'), ...evidence],
        [...at('audit_log.csv'), '--table', 'audit_log', '--names', '--format', 'csv'],
      ];
      for (const args of isErased ? [...tables, ...events] : tables) {
        const { exitCode, stderr } = await runMuster('export', ...args);
        expect(exitCode, stderr).to.equal(0);
      }
      return filesWith(folder, [...SECRETS, key]).map((path) => basename(path));
    };
    expect(await takeExports({ isErased: false })).to.have.members(['people.csv', 'members_now.jsonl']);

    const selection = { accountId: addedTo, items: [{ userId: canary }, { userId: other }] };
    const bulk = await root.bulk('deactivateUsers', { selection: [selection], confirmed: true });
    expect(bulk.outcome, JSON.stringify(bulk.userErrors)).to.equal('APPLIED');
    await server.endEverywhere(canary);
    await server.erase(canary);
    await server.untilErased(canary);

    const rootId = (await root.query('{ viewer { accounts(first: 9) { nodes { id name } } } }')).viewer
      .accounts.nodes as { id: string; name: string }[];
    const rootAccount = rootId.find(({ name }) => name === 'Root operator')?.id;
    const answers = await root.query(everything, { account: addedTo, user: canary, root: rootAccount });
    expect(answers.user).to.include({ name: null, email: null });
    // The mail that tells of the removal may have gone out before the erasure, or not.
    expect(answers.user.erasure.receipt.destroyed[2].count).to.be.within(3, 4);
    const posted = JSON.stringify(receiver.posts);
    expect(receiver.types).to.include.members([
      'UserInvited',
      'UserAdded',
      'UserNotified',
      'UserDeactivated',
    ]);
    expect(posted).to.include(canary);
    const answered = JSON.stringify(answers) + server.said.join('') + posted;
    for (const form of [...SECRETS, key].flatMap(formsOf))
      expect(answered.includes(form.toString())).to.equal(false);
    expect(filesWith(server.dataDir, [...SECRETS, key]), 'while it serves').to.deep.equal([]);

    expect(await takeExports({ isErased: true }), 'in exports').to.deep.equal([]);

    const rebuilt = await runMuster('rebuild', '--data', server.dataDir, '--json');
    expect(JSON.parse(rebuilt.stdout)).to.include({ equalToLive: true });
    expect(filesWith(server.dataDir, [...SECRETS, key]), 'after a rebuild').to.deep.equal([]);
    await server.end();
    expect(filesWith(server.dataDir, [...SECRETS, key]), 'after its end').to.deep.equal([]);
    expect((await runMuster('verify', '--data', server.dataDir)).exitCode).to.equal(0);
    await server.serve();
  });

  it('is erased to the end however often the server is killed with kill -9 meanwhile', async () => {
    const accountId = await server.openAccount('Killing');
    for (const afterMs of [0, 40, 200]) {
      const email = `mortal.kanarienvogel.${afterMs}@canary.example`;
      const userId = await server.add(accountId, { email, name: `Mortaria${afterMs} Kanarienvogel` });
      const key = (await server.keyOf(userId)) ?? Buffer.alloc(0);
      await server.endEverywhere(userId);
      await server.erase(userId);
      await delay(afterMs);
      await server.end('SIGKILL');
      await server.serve();
      await server.untilErased(userId);
      expect(filesWith(server.dataDir, [`Mortaria${afterMs} Kana`, email, key])).to.deep.equal([]);
    }
  });
});
