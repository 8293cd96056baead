import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { Applied } from '../../src/application/outcome.js';
import type { AccountEventOf } from '../../src/domain/account/events.js';
import { applied, joining, resultOf, user } from '../application/installed-muster.js';
import { end } from '../domain/account/given.js';
import { headerOf } from '../mail/read-message.js';
import type { Received } from '../mail/test-mail-server.js';
import { DAY_MS, PAGE, PostalMuster, sharedStore } from './postal-muster.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RITA = 'rita@acme.example';

describe('mail', () => {
  let muster: PostalMuster;
  let accountId: string;
  let olga: RequestActor;

  beforeEach(async () => {
    muster = await PostalMuster.start();
    ({ accountId, olga } = await muster.openAccount());
  });
  afterEach(() => muster.remove());

  const invite = async (email = RITA) =>
    applied(await muster.application.invitations.invite(joining(accountId, olga, email)));
  const notify = async (userId: string, text = 'Tonight.') =>
    applied(await muster.application.notifyUser({ actor: olga, accountId, userId, subject: 'News', text }));
  const act = (type: 'removeUser' | 'deactivateUser' | 'deleteUser', userId: string) =>
    muster.execute(accountId, olga, end(type, userId));
  const reactivate = (userId: string) =>
    muster.execute(accountId, olga, {
      type: 'reactivateUser',
      userId,
      confirmation: { confirmed: true, previewToken: null, phrase: null },
    });
  const add = (email = RITA) => muster.add(accountId, olga, email);
  const causeOf = ({ events }: Applied) => events.at(-1);
  const outcomeOf = async (applied: Applied) =>
    (await muster.mailEvents(causeOf(applied))).map(({ type, data }) =>
      'reason' in data ? `${type} ${data.reason}` : type,
    );
  const to = (address: string) =>
    muster.post.received.filter(({ recipients }) => recipients.includes(address));
  const idOf = (mail: Received | undefined) => (mail === undefined ? '' : headerOf(mail, 'message-id'));

  describe('of an invitation', () => {
    it('brings the invited person a link that works', async () => {
      const invited = await invite();
      await muster.settled();
      const [mail, ...others] = to(RITA);
      expect(others).to.deep.equal([]);
      expect(mail?.headers).to.deep.include(['subject', 'Olga Owner invites you to Acme']);
      const token = /^https:\/\/portal\.example\/invitation#(\S+)$/m.exec(mail?.body ?? '')?.[1] ?? '';
      const rita = user(await muster.application.people.find({ email: RITA, name: null }));
      expect(resultOf(await muster.application.invitations.accept({ actor: rita, token }))).to.equal(
        'APPLIED',
      );
      expect(idOf(mail)).to.equal(`<${causeOf(invited)?.eventId}@muster.example>`);
    });

    it('says in the log what brought it about, who is meant, and what became of it', async () => {
      const invited = await invite();
      await muster.settled();
      const cause = causeOf(invited);
      const events = await muster.mailEvents(cause);
      expect(events.map(({ type }) => type)).to.deep.equal(['MailRequested', 'MailSent']);
      for (const event of events)
        expect(event).to.deep.nested.include({
          causationId: cause?.eventId,
          correlationId: cause?.correlationId,
          accountId,
          subjectId: cause?.subjectId,
          'data.kind': 'INVITATION',
          'data.userId': cause?.subjectId,
          actor: { kind: 'SYSTEM', id: 'mail', onBehalfOf: null, authority: null },
        });
      expect(JSON.stringify(events)).to.not.match(/rita|acme\.example/i);
    });

    it('is not sent any more once there is a newer link, or an answer', async () => {
      const first = await invite();
      const rita = user(await muster.application.people.find({ email: RITA, name: null }));
      const userId = rita.kind === 'USER' ? rita.userId : '';
      muster.clock.now += 60_000;
      const second = applied(await muster.application.invitations.resend({ actor: olga, accountId, userId }));
      const revoked = await invite('rudi@acme.example');
      await muster.execute(accountId, olga, {
        type: 'revokeInvitation',
        userId: causeOf(revoked)?.subjectId ?? '',
      });
      await muster.settled();
      expect(await outcomeOf(first)).to.deep.equal(['MailRequested', 'MailSuppressed SUPERSEDED']);
      expect(await outcomeOf(second)).to.deep.equal(['MailRequested', 'MailSent']);
      expect(await outcomeOf(revoked)).to.deep.equal(['MailRequested', 'MailSuppressed SUPERSEDED']);
      expect(muster.post.received).to.have.length(1);
      expect(to(RITA)[0]?.body).to.include(PAGE);
    });

    it('is not sent any more when the link has expired', async () => {
      const invited = await invite();
      muster.clock.now += 7 * DAY_MS;
      await muster.settled();
      expect(await outcomeOf(invited)).to.deep.equal(['MailRequested', 'MailSuppressed EXPIRED']);
      expect(muster.post.received).to.deep.equal([]);
    });
  });

  describe('of a removal', () => {
    it('follows the removal, and names the account and all its groups that the person was in (SW-11, SW-13)', async () => {
      for (const name of ['Everyone', 'Engineering'])
        await muster.execute(accountId, olga, { type: 'createGroup', groupId: name, name, parentId: null });
      const added = applied(
        await muster.application.addUser(
          joining(accountId, olga, RITA, { groupIds: ['Everyone', 'Engineering'] }),
        ),
      );
      const removed = await act('removeUser', added.events[0]?.subjectId ?? '');
      await muster.settled();
      const [mail, ...others] = to(RITA);
      expect(others).to.deep.equal([]);
      expect(mail?.headers).to.deep.include(['subject', 'You have been removed from Acme']);
      for (const name of ['Everyone', 'Engineering']) expect(mail?.body).to.include(`- ${name}`);
      expect(idOf(mail)).to.equal(`<${causeOf(removed)?.eventId}@muster.example>`);
      const [requested] = await muster.mailEvents(causeOf(removed));
      expect(requested?.causationId).to.equal(causeOf(removed)?.eventId);
    });

    it('goes to whom was only invited, once (SW-19)', async () => {
      const invited = await invite();
      await muster.settled();
      const removed = await act('removeUser', causeOf(invited)?.subjectId ?? '');
      await muster.settled();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailSent']);
      expect(to(RITA)).to.have.length(2);
    });

    it('is not asked for where the policy says so, nor by other ways out', async () => {
      const quiet = await muster.openAccount({ notifyOnRemove: false, deletionRequiresInactive: false });
      const rita = await muster.add(quiet.accountId, quiet.olga, RITA);
      await muster.execute(quiet.accountId, quiet.olga, end('removeUser', rita));
      const rudi = await add('rudi@acme.example');
      await act('deactivateUser', rudi);
      await muster.settled();
      expect(muster.post.received).to.deep.equal([]);
    });

    it('is not sent to whom was inactive (PP-3)', async () => {
      const rita = await add();
      await act('deactivateUser', rita);
      const removed = await act('removeUser', rita);
      await muster.settled();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailSuppressed NOT_ENTITLED']);
      expect(muster.post.received).to.deep.equal([]);
    });

    it('is not sent once the person is in again, but for a removal of its own', async () => {
      const rita = await add();
      const first = await act('removeUser', rita);
      await add();
      const second = await act('removeUser', rita);
      await muster.settled();
      expect(await outcomeOf(first)).to.deep.equal(['MailRequested', 'MailSuppressed SUPERSEDED']);
      expect(await outcomeOf(second)).to.deep.equal(['MailRequested', 'MailSent']);
      const rudi = await add('rudi@acme.example');
      const third = await act('removeUser', rudi);
      await invite('rudi@acme.example');
      await muster.settled();
      expect(await outcomeOf(third)).to.deep.equal(['MailRequested', 'MailSuppressed SUPERSEDED']);
    });
  });

  describe('that a portal asks for', () => {
    it('goes to active members only; what was suppressed is not sent later (PP-3, PP-17)', async () => {
      const rita = await add();
      await act('deactivateUser', rita);
      const suppressed = await notify(rita, 'While you were away');
      await muster.settled();
      await reactivate(rita);
      const sent = await notify(rita, 'Welcome back');
      await muster.settled();
      expect(await outcomeOf(suppressed)).to.deep.equal(['MailRequested', 'MailSuppressed NOT_ENTITLED']);
      expect(await outcomeOf(sent)).to.deep.equal(['MailRequested', 'MailSent']);
      expect(to(RITA).map(({ body }) => body.includes('Welcome back'))).to.deep.equal([true]);
    });

    it('does not go to frozen members, nor to a later membership of the same person', async () => {
      const rita = await add();
      await muster.execute(accountId, olga, { type: 'freezeUser', userId: rita });
      const frozen = await notify(rita);
      await muster.settled();
      expect(await outcomeOf(frozen)).to.deep.equal(['MailRequested', 'MailSuppressed NOT_ENTITLED']);
      const loose = await muster.openAccount({
        deletionRequiresInactive: false,
        confirmation: { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: flag, DELETE: flag },
      });
      const ruth = await muster.add(loose.accountId, loose.olga, 'ruth@acme.example');
      const asked = applied(
        await muster.application.notifyUser({
          actor: loose.olga,
          accountId: loose.accountId,
          userId: ruth,
          subject: 'News',
          text: 'For Ruth as she was',
        }),
      );
      await muster.execute(loose.accountId, loose.olga, end('deleteUser', ruth));
      await muster.add(loose.accountId, loose.olga, 'ruth@acme.example');
      await muster.settled();
      expect(await outcomeOf(asked)).to.deep.equal(['MailRequested', 'MailSuppressed NOT_ENTITLED']);
    });

    it('goes to nobody without an address', async () => {
      const system: RequestActor = { kind: 'SYSTEM', id: 'test' };
      const nameless = applied(
        await muster.application.addUser(
          joining(accountId, system, '', {
            person: { issuer: 'https://issuer.example', subject: 'x', name: 'X' },
          }),
        ),
      );
      const asked = await notify(nameless.events[0]?.subjectId ?? '');
      await muster.settled();
      expect(await outcomeOf(asked)).to.deep.equal(['MailRequested', 'MailSuppressed NO_ADDRESS']);
    });

    it('does not hold up others when it cannot be opened', async () => {
      const rita = await add();
      const broken = await muster.execute(accountId, olga, {
        type: 'notifyUser',
        userId: rita,
        sealedMessage: 'v1.broken',
      });
      const sound = await notify(rita);
      await muster.settled();
      expect(await outcomeOf(sound)).to.deep.equal(['MailRequested', 'MailSent']);
      expect(await outcomeOf(broken)).to.deep.equal(['MailRequested']);
      expect(muster.failures.splice(0).map(String)).to.satisfy((failures: string[]) =>
        failures.every((failure) => failure.startsWith('PersonalDataTampered')),
      );
    });
  });

  describe('when the server does not take it', () => {
    it('is tried again after a minute, five, thirty, two hours and more, with the same Message-ID', async () => {
      const removed = await act('removeUser', await add());
      muster.post.refusal = { at: 'DATA', code: 451 };
      await muster.settled();
      const pauses = [1, 5, 30, 120, 360, 720, 720];
      for (const minutes of pauses) {
        const before = muster.post.received.length;
        muster.clock.now += minutes * MINUTE_MS - 1;
        await muster.settled();
        expect(muster.post.received, `${minutes} minutes are not over`).to.have.length(before);
        muster.clock.now += 1;
        await muster.settled();
        expect(muster.post.received, `${minutes} minutes are over`).to.have.length(before + 1);
      }
      muster.post.refusal = null;
      muster.clock.now += 12 * HOUR_MS;
      await muster.settled();
      const events = await muster.mailEvents(causeOf(removed));
      expect(events.map(({ type }) => type)).to.deep.equal([
        'MailRequested',
        ...Array(8).fill('MailFailed'),
        'MailSent',
      ]);
      expect(events[1]?.data).to.include({ attempt: 1, code: '451' });
      expect(events.at(-1)?.data).to.include({ attempts: 9 });
      expect(new Set(muster.post.received.map(idOf)).size).to.equal(1);
      muster.clock.now += DAY_MS;
      await muster.settled();
      expect(muster.post.received).to.have.length(9);
    });

    it('is given up after three days', async () => {
      const removed = await act('removeUser', await add());
      muster.post.refusal = { at: 'MAIL', code: 421 };
      await muster.settled();
      muster.clock.now += 3 * DAY_MS - 1;
      await muster.settled();
      const [, , failed] = await muster.mailEvents(causeOf(removed));
      const due = new Date(muster.clock.now + 1).toISOString();
      expect(failed?.data, 'the next attempt is not put off beyond').to.include({ nextAttemptAt: due });
      muster.post.refusal = null;
      muster.clock.now += 1;
      await muster.settled();
      expect((await outcomeOf(removed)).at(-1)).to.equal('MailSuppressed EXPIRED');
      expect(muster.post.received).to.deep.equal([]);
    });

    it('is given up at once when it is refused for good', async () => {
      const removed = await act('removeUser', await add());
      muster.post.refusal = { at: 'RCPT', code: 550 };
      await muster.settled();
      muster.post.refusal = null;
      muster.clock.now += DAY_MS;
      await muster.settled();
      const events = await muster.mailEvents(causeOf(removed));
      expect(events.map(({ type }) => type)).to.deep.equal(['MailRequested', 'MailFailed']);
      expect(events[1]?.data).to.include({ code: '550', nextAttemptAt: null });
      expect(JSON.stringify(events), 'no text of the server').to.not.include('wanted');
    });

    it('is asked anew before each attempt whether it may still go', async () => {
      const rita = await add();
      const asked = await notify(rita);
      muster.post.refusal = { at: 'DATA', code: 451 };
      await muster.settled();
      await act('deactivateUser', rita);
      muster.post.refusal = null;
      muster.clock.now += MINUTE_MS;
      await muster.settled();
      expect((await outcomeOf(asked)).slice(1)).to.deep.equal(['MailFailed', 'MailSuppressed NOT_ENTITLED']);
    });

    it('waits while there is no server at all', async () => {
      muster.begin();
      await muster.post.stop();
      const removed = await act('removeUser', await add());
      await muster.settled();
      const [, failed] = await muster.mailEvents(causeOf(removed));
      expect(failed?.data).to.include({ attempt: 1, code: 'ECONNREFUSED' });
    });
  });

  describe('across crashes, nodes and rebuilds', () => {
    it('is sent again under the same Message-ID when Muster ends between sending and writing it down', async () => {
      const removed = await act('removeUser', await add());
      const crashing = muster.begin({
        store: sharedStore(
          muster.store,
          (request) =>
            request.events[0]?.type === 'MailSent'
              ? Promise.reject(new Error('crash'))
              : muster.store.append(request),
          true,
        ),
      });
      await crashing.settled();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested']);
      await muster.restart();
      expect(muster.failures.splice(0).map(String)).to.deep.equal(['Error: crash']);
      await muster.settled();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailSent']);
      const ids = to(RITA).map(idOf);
      expect(ids).to.have.length(2);
      expect(new Set(ids).size).to.equal(1);
    });

    it('is sent after a restart when Muster ended before it was even requested', async () => {
      const removed = await act('removeUser', await add());
      await muster.restart();
      await muster.settled();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailSent']);
      expect(to(RITA)).to.have.length(1);
    });

    it('is sent by one of several nodes', async () => {
      const nodes = [1, 2, 3].map(() => muster.begin({ store: sharedStore(muster.store) }));
      const people = await Promise.all(Array.from({ length: 20 }, (_, i) => add(`p${i}@acme.example`)));
      for (const userId of people) await act('removeUser', userId);
      await Promise.all(nodes.map((node) => node.settled()));
      expect(muster.post.received).to.have.length(20);
      expect(new Set(muster.post.received.map(idOf)).size).to.equal(20);
    });

    it('is tried again by one of several nodes', async () => {
      const nodes = [1, 2, 3].map(() => muster.begin({ store: sharedStore(muster.store) }));
      const people = await Promise.all(Array.from({ length: 5 }, (_, i) => add(`p${i}@acme.example`)));
      muster.post.refusal = { at: 'MAIL', code: 421 };
      const removed = [];
      for (const userId of people) removed.push(await act('removeUser', userId));
      await Promise.all(nodes.map((node) => node.settled()));
      muster.post.refusal = null;
      muster.clock.now += MINUTE_MS;
      await Promise.all(nodes.map((node) => node.settled()));
      expect(muster.post.received).to.have.length(5);
      for (const one of removed)
        expect(await outcomeOf(one)).to.deep.equal([
          'MailRequested',
          'MailFailed',
          'MailRequested',
          'MailSent',
        ]);
    });

    it('is not begun by a node that was held up for half of its lease', async () => {
      const removed = await act('removeUser', await add());
      const store = sharedStore(muster.store, async (request) => {
        const appended = await muster.store.append(request);
        muster.clock.now += 5 * MINUTE_MS;
        return appended;
      });
      const slow = muster.begin({ store });
      await slow.settled();
      await slow.close();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested']);
      expect(muster.post.received).to.deep.equal([]);
    });

    it('is left to the node that took it over while the first was held up between claiming and looking', async () => {
      const removed = await act('removeUser', await add());
      let isHeldUp = false;
      const slow = muster.begin({
        store: sharedStore(muster.store, async (request) => {
          const appended = await muster.store.append(request);
          if (request.events[0]?.type === 'MailRequested' && !isHeldUp) {
            isHeldUp = true;
            muster.clock.now += 10 * MINUTE_MS;
            await muster.begin({ store: sharedStore(muster.store) }).settled();
          }
          return appended;
        }),
      });
      await slow.settled();
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailRequested', 'MailSent']);
      expect(to(RITA)).to.have.length(1);
    });

    it('is taken over by one node from another that has not sent it for ten minutes', async () => {
      const removed = await act('removeUser', await add());
      const lost = muster.begin({
        store: sharedStore(muster.store),
        mailer: {
          messageIdDomain: 'muster.example',
          destination: 'nowhere',
          send: () => Promise.reject(new Error('the node is gone')),
          close: async () => undefined,
        },
      });
      await lost.settled();
      await lost.close();
      const other = muster.begin({ store: sharedStore(muster.store) });
      muster.clock.now += 10 * MINUTE_MS - 1;
      await other.settled();
      expect(muster.post.received).to.deep.equal([]);
      await other.close();
      muster.clock.now += 1;
      const others = [1, 2, 3].map(() => muster.begin({ store: sharedStore(muster.store) }));
      await Promise.all(others.map((node) => node.settled()));
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailRequested', 'MailSent']);
      expect(muster.post.received).to.have.length(1);
      expect(muster.failures.splice(0).map(String)).to.deep.equal(['Error: the node is gone']);
    });

    it('is not sent again by a rebuild of the read model', async () => {
      await act('removeUser', await add());
      await invite('rudi@acme.example');
      await muster.settled();
      const head = await muster.store.head();
      const sent = muster.post.received.length;
      await muster.restart(() => rmSync(join(muster.folder, 'read'), { recursive: true }));
      await muster.settled();
      expect(sent).to.equal(2);
      expect(muster.post.received).to.have.length(sent);
      expect(await muster.store.head()).to.equal(head);
    });

    it('is sent once, wherever the clock jumps', async () => {
      const removed = await act('removeUser', await add());
      await muster.settled();
      const refused = await act('removeUser', await add('rudi@acme.example'));
      muster.post.refusal = { at: 'DATA', code: 451 };
      await muster.settled();
      muster.post.refusal = null;
      for (const jump of [-365 * DAY_MS, 365 * DAY_MS - HOUR_MS, -DAY_MS, DAY_MS + HOUR_MS + MINUTE_MS]) {
        muster.clock.now += jump;
        await muster.settled();
      }
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailSent']);
      expect(await outcomeOf(refused)).to.deep.equal(['MailRequested', 'MailFailed', 'MailSent']);
      expect(to(RITA)).to.have.length(1);
    });

    it('under way is finished when Muster is stopped', async () => {
      const removed = await act('removeUser', await add());
      let take: ((answer: 'TAKE') => void) | undefined;
      const arrived = new Promise<void>((resolve) => {
        muster.post.answer = () => {
          resolve();
          return new Promise((answer) => {
            take = answer;
          });
        };
      });
      muster.begin();
      await arrived;
      const restarted = muster.restart();
      take?.('TAKE');
      await restarted;
      expect(await outcomeOf(removed)).to.deep.equal(['MailRequested', 'MailSent']);
    });
  });

  it('of an import is not sent: what happened elsewhere was told there', async () => {
    const importer: RequestActor = { kind: 'IMPORT', id: 'test' };
    await muster.execute(accountId, importer, end('removeUser', await add()));
    await muster.settled();
    expect(muster.post.received).to.deep.equal([]);
  });

  it('carries the message as it was written', async () => {
    const rita = await add();
    const { data } = (await notify(rita, 'Tonight.\nAt ten.')).events[0] as AccountEventOf<'UserNotified'>;
    await muster.settled();
    expect(to(RITA)[0]?.body).to.include('Tonight.\nAt ten.');
    expect(data.sealedMessage).to.match(/^v1\./);
  });
});

const flag = { single: 'FLAG', bulk: 'FLAG' };
