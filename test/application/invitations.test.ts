import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { AddUserRequest } from '../../src/application/application.js';
import type { MusterApplication } from '../../src/application/muster-application.js';
import type { AccountEventOf } from '../../src/domain/account/events.js';
import { isRejection } from '../../src/domain/rejection.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { end } from '../domain/account/given.js';
import { applied, InstalledMuster, joining, PAGE, resultOf, userIdOf } from './installed-muster.js';

const RITA = 'rita@acme.example';
const DAY_MS = 24 * 3600 * 1000;

describe('invitations', () => {
  let muster: InstalledMuster;
  let accountId: string;
  let olga: RequestActor;

  beforeEach(async () => {
    muster = await InstalledMuster.install();
    ({ accountId, olga } = await muster.openAccount());
  });
  afterEach(() => muster.remove());

  const invite = (email = RITA, also: Partial<AddUserRequest> = {}, on = muster.application) =>
    on.invitations.invite(joining(accountId, olga, email, also));

  /** Asks somebody in, and gives the person and the token of the first link. */
  const invited = async (email = RITA) => {
    const { data } = only(applied(await invite(email)).events, 'UserInvited');
    const rita = await muster.person(email);
    return { rita, data, token: await tokenOf(data) };
  };
  const tokenOf = async ({ invitationId, generation }: { invitationId: string; generation: number }) =>
    (await muster.application.parts.invitationTokens.tokenOf({ accountId, invitationId, generation }))
      ?.token ?? '';
  const accept = (actor: RequestActor, token: string, on: MusterApplication = muster.application) =>
    on.invitations.accept({ actor, token });
  const resend = (rita: RequestActor, on: MusterApplication = muster.application) =>
    on.invitations.resend({ actor: olga, accountId, userId: userIdOf(rita) });
  const linkActions = ['RESEND_INVITATION', 'COPY_INVITATION_LINK'] as const;
  /** Neither mutation, tried or sent, nor the answer in advance knows another way than to begin anew. */
  const expectDeadEnd = async (rita: RequestActor) => {
    const on = { actor: olga, accountId, userId: userIdOf(rita) };
    for (const dryRun of [true, false]) {
      const { outcome, link } = await muster.application.invitations.copyLink({ ...on, dryRun });
      expect(link).to.equal(null);
      for (const refused of [outcome, await muster.application.invitations.resend({ ...on, dryRun })])
        expect(refused.outcome === 'REJECTED' && refused.rejection).to.include({
          code: 'INVITATION_ENDED',
          useInstead: 'revokeInvitation',
        });
    }
    const selection = [{ accountId, userIds: [on.userId] }];
    const answers = await muster.application.offboarding.availableActions({
      actor: olga,
      selection,
      actions: linkActions,
    });
    if (isRejection(answers)) throw new Error(answers.message);
    for (const { available, reasons } of answers) {
      expect(available).to.equal(false);
      expect(reasons.map(({ code }) => code)).to.deep.equal(['INVITATION_ENDED']);
    }
  };
  const statusOf = (rita: RequestActor) =>
    muster.application.accounts.read(accountId, ({ state }) => state.memberships.get(userIdOf(rita))?.status);
  const eventsOf = async (type: string) => {
    const events = await muster.store.readStream(`account-${accountId}`, { maxCount: 1_000 });
    return events.filter((event) => event.type === type);
  };
  const keysOfInvitations = () => {
    const vault = new Database(join(muster.folder, 'vault.sqlite'), { readonly: true });
    const [{ keys } = { keys: -1 }] = vault
      .prepare<[], { keys: number }>("SELECT count(*) AS keys FROM keys WHERE id LIKE 'invitation-%'")
      .all();
    vault.close();
    return keys;
  };

  describe('asking somebody in', () => {
    it('claims the address, and gives access only once the invited person accepts', async () => {
      const { rita, token } = await invited();
      expect(await statusOf(rita)).to.equal('INVITED');
      const { events } = applied(await accept(rita, token));
      expect(events.map(({ type }) => type)).to.deep.equal(['InvitationAccepted']);
      expect(await statusOf(rita)).to.equal('ACTIVE');
    });

    it('leaves the token in no file', async () => {
      const { token } = await invited();
      const mac = token.slice(token.lastIndexOf('.') + 1);
      for (const name of readdirSync(muster.folder, { recursive: true, encoding: 'utf8' })) {
        if (!/sqlite/.test(name) || name.includes('lock')) continue;
        expect(readFileSync(join(muster.folder, name)).toString('latin1'), name).to.not.include(mac);
      }
    });

    it('makes one key, however often it is asked under the same idempotency key', async () => {
      const once = { idempotencyKey: 'once' };
      const first = applied(await invite(RITA, once));
      for (const again of [await invite(RITA, once), await invite(RITA, once)])
        expect(applied(again)).to.deep.include({ replayed: true, position: first.position });
      expect(resultOf(await invite(RITA, { ...once, role: 'ADMIN' }))).to.equal('IDEMPOTENCY_KEY_REUSED');
      expect(keysOfInvitations()).to.equal(1);
    });

    it('makes no person and no key in a dry run, and none that was refused', async () => {
      const head = await muster.store.head();
      expect(resultOf(await invite(RITA, { dryRun: true }))).to.equal('WOULD_APPLY');
      const stranger = (await muster.openAccount()).olga;
      const headBefore = await muster.store.head();
      expect(resultOf(await invite(RITA, { actor: stranger }))).to.equal('NOT_FOUND');
      expect(resultOf(await invite(RITA, { groupIds: ['nowhere'] }))).to.equal('NOT_FOUND');
      expect(await muster.store.head()).to.equal(headBefore);
      expect(headBefore).to.be.greaterThan(head);
      expect(keysOfInvitations()).to.equal(0);
      expect(await muster.application.people.find({ email: RITA, name: null })).to.equal(null);
    });

    it('does not tell in a dry run who is known elsewhere', async () => {
      const other = await muster.openAccount();
      applied(await muster.application.addUser(joining(other.accountId, other.olga, RITA)));
      const rita = await muster.person(RITA);
      const tried = await invite(RITA, { dryRun: true });
      expect(JSON.stringify(tried)).to.not.include(userIdOf(rita));
    });

    it('takes a person by id only when the account knows them', async () => {
      const other = await muster.openAccount();
      const userId = userIdOf(other.olga);
      expect(resultOf(await invite('', { person: { userId } }))).to.equal('NOT_FOUND');
      const { rita } = await invited();
      const commands = [end('removeUser', userIdOf(rita))];
      applied(await muster.application.accounts.execute({ accountId, actor: olga, commands }));
      muster.clock.now += 60_000;
      expect(resultOf(await invite('', { person: { userId: userIdOf(rita) } }))).to.equal('APPLIED');
    });

    it('is of no use to a machine', async () => {
      expect(resultOf(await invite(RITA, { kind: 'SERVICE' }))).to.equal('INVALID_INPUT');
    });

    it('makes one person of an address that two accounts ask in at once, on two nodes', async () => {
      const other = await muster.openAccount();
      const node = muster.anotherNode();
      for (let round = 0; round < 10; round += 1) {
        const email = `p${round}@acme.example`;
        const outcomes = await Promise.all([
          invite(email),
          node.invitations.invite(joining(other.accountId, other.olga, email.toUpperCase())),
        ]);
        const people = outcomes.map((outcome) => applied(outcome).events[0]?.subjectId);
        expect(new Set(people).size).to.equal(1);
      }
    });

    it('can be repeated after a crash between any two steps', async () => {
      // Address, person, invitation.
      for (const n of [1, 2, 3]) {
        const email = `crash${n}@acme.example`;
        const crashed = await invite(email, {}, muster.crashingAtAppend(n)).catch((e: Error) => e.message);
        expect(crashed).to.equal('crash');
        const { rita, token } = await invited(email);
        expect(resultOf(await accept(rita, token))).to.equal('APPLIED');
      }
      expect(await eventsOf('UserInvited')).to.have.length(3);
    });

    it('is done once per idempotency key', async () => {
      const keyed = { idempotencyKey: 'k' };
      const first = applied(await invite(RITA, keyed));
      expect(await invite(RITA, keyed)).to.deep.equal({ ...first, replayed: true, results: null });
      expect(resultOf(await invite('other@acme.example', keyed))).to.equal('IDEMPOTENCY_KEY_REUSED');
      const rita = await muster.person(RITA);
      const token = await tokenOf(only(first.events, 'UserInvited').data);
      expect(resultOf(await accept(rita, token))).to.equal('APPLIED');
    });
  });

  describe('answering', () => {
    it('is up to the person invited', async () => {
      const { rita, token } = await invited();
      const other = (await muster.openAccount()).olga;
      expect(resultOf(await accept(other, token))).to.equal('INVITATION_FOR_ANOTHER_ADDRESS');
      expect(resultOf(await accept(olga, token))).to.equal('INVITATION_FOR_ANOTHER_ADDRESS');
      expect(resultOf(await accept({ kind: 'SYSTEM', id: 'test' }, token))).to.equal(
        'INVITATION_FOR_ANOTHER_ADDRESS',
      );
      expect(await statusOf(rita)).to.equal('INVITED');
    });

    it('takes no token but its own, letter by letter', async () => {
      const { rita, token } = await invited();
      const other = await invited('other@acme.example');
      const [account = '', invitation = '', generation = '', mac = ''] = token.split('.');
      const [, otherInvitation = '', , otherMac = ''] = other.token.split('.');
      const forged = [
        '',
        'x',
        token.slice(0, -1),
        `${token}A`,
        `${token}\n`,
        token.toUpperCase(),
        [account, invitation, '2', mac].join('.'),
        [account, invitation, '01', mac].join('.'),
        [account, invitation, generation, otherMac].join('.'),
        [account, otherInvitation, generation, mac].join('.'),
        [userIdOf(rita), invitation, generation, mac].join('.'),
        [account, userIdOf(rita), generation, mac].join('.'),
        [account, invitation, generation, `${mac.slice(0, -1)}${mac.endsWith('A') ? 'E' : 'A'}`].join('.'),
        // Decoders of base64url pass over the last two bits; one token has one spelling.
        [account, invitation, generation, `${mac.slice(0, -1)}${nextLetter(mac.slice(-1))}`].join('.'),
      ];
      for (const text of forged) {
        const outcome = await accept(rita, text);
        expect(outcome, JSON.stringify(text)).to.deep.nested.include({
          'rejection.code': 'NOT_FOUND',
          'rejection.message': 'There is no such invitation.',
        });
      }
      expect(resultOf(await accept(rita, token))).to.equal('APPLIED');
    });

    it('counts to the last millisecond before the link expires, and not at that one', async () => {
      const { rita, data, token } = await invited();
      const late = await invited('late@acme.example');
      muster.clock.now = Date.parse(data.expiresAt) - 1;
      expect(resultOf(await accept(rita, token))).to.equal('APPLIED');
      muster.clock.now += 1;
      expect(resultOf(await accept(late.rita, late.token))).to.equal('INVITATION_EXPIRED');
      muster.clock.now -= DAY_MS;
      expect(resultOf(await accept(late.rita, late.token)), 'the clock was set back').to.equal('APPLIED');
    });

    it('needs the newest link; an expired one comes to life by resending only', async () => {
      const { rita, data, token } = await invited();
      muster.clock.now += 8 * DAY_MS;
      applied(await resend(rita));
      expect(resultOf(await accept(rita, token))).to.equal('INVITATION_SUPERSEDED');
      const second = await tokenOf({ ...data, generation: 2 });
      expect(resultOf(await accept(rita, second))).to.equal('APPLIED');
      expect(resultOf(await accept(rita, second))).to.equal('UNCHANGED');
    });

    it('is over with the removal of the invited person, for each copy of the link (SW-8)', async () => {
      const { rita, data, token } = await invited();
      const copied = await muster.application.invitations.copyLink({
        actor: olga,
        accountId,
        userId: userIdOf(rita),
      });
      expect(copied.link).to.equal(PAGE.replace('{token}', token));
      muster.clock.now += 60_000;
      applied(await resend(rita));
      const resent = await tokenOf({ ...data, generation: 2 });
      const commands = [end('removeUser', userIdOf(rita))];
      applied(await muster.application.accounts.execute({ accountId, actor: olga, commands }));
      expect(resultOf(await accept(rita, token))).to.equal('INVITATION_SUPERSEDED');
      expect(resultOf(await accept(rita, resent))).to.equal('INVITATION_ENDED');
      muster.clock.now += 60_000;
      await invite();
      for (const old of [token, resent])
        expect(resultOf(await accept(rita, old))).to.equal('INVITATION_FOR_ANOTHER_ADDRESS');
      expect(await statusOf(rita)).to.equal('INVITED');
    });

    it('is impossible once the key of the invitation is destroyed, and so is another link', async () => {
      const { rita, data, token } = await invited();
      await muster.restart(async () => {
        const vault = new SqliteKeyVault({ path: join(muster.folder, 'vault.sqlite'), randomBytes });
        await vault.destroyKey(`invitation-${data.invitationId}`);
        await vault.close();
      });
      expect(resultOf(await accept(rita, token))).to.equal('NOT_FOUND');
      await expectDeadEnd(rita);
      muster.clock.now += 8 * DAY_MS;
      await expectDeadEnd(rita);
    });

    it('by declining ends the invitation', async () => {
      const { rita, token } = await invited();
      applied(await muster.application.invitations.decline({ actor: rita, token }));
      expect(await statusOf(rita)).to.equal('REMOVED');
      expect(resultOf(await accept(rita, token))).to.equal('INVITATION_ENDED');
    });

    it('is remembered by invitation and generation under an idempotency key', async () => {
      const { rita, token } = await invited();
      const keyed = (on: string) =>
        muster.application.invitations.accept({ actor: rita, token: on, idempotencyKey: 'k' });
      const first = applied(await keyed(token));
      expect(await keyed(token)).to.deep.equal({ ...first, replayed: true, results: null });
      const commands = [end('removeUser', userIdOf(rita))];
      applied(await muster.application.accounts.execute({ accountId, actor: olga, commands }));
      muster.clock.now += 60_000;
      const again = await invited();
      expect(resultOf(await keyed(again.token))).to.equal('IDEMPOTENCY_KEY_REUSED');
    });

    it('happens at most once, however many nodes are asked at once', async () => {
      const node = muster.anotherNode();
      for (let round = 0; round < 10; round += 1) {
        const { rita, token } = await invited(`p${round}@acme.example`);
        const nodes = [muster.application, node, muster.application, node];
        const results = (await Promise.all(nodes.map((on) => accept(rita, token, on)))).map(resultOf);
        expect(results.sort()).to.deep.equal(['APPLIED', 'UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
      }
      expect(await eventsOf('InvitationAccepted')).to.have.length(10);
    });

    it('and withdrawing on two nodes at once: one of them wins, and access is what the winner says', async () => {
      const node = muster.anotherNode();
      for (let round = 0; round < 20; round += 1) {
        const { rita, token } = await invited(`p${round}@acme.example`);
        const userId = userIdOf(rita);
        const [accepted, revoked] = await Promise.all([
          accept(rita, token, round % 2 === 0 ? node : muster.application),
          (round % 2 === 0 ? muster.application : node).accounts.execute({
            accountId,
            actor: olga,
            commands: [{ type: 'revokeInvitation', userId }],
          }),
        ]);
        const expected =
          accepted.outcome === 'APPLIED'
            ? { accepted: 'APPLIED', revoked: 'INVITATION_ENDED', status: 'ACTIVE' }
            : { accepted: 'INVITATION_ENDED', revoked: 'APPLIED', status: 'REMOVED' };
        expect({
          accepted: resultOf(accepted),
          revoked: resultOf(revoked),
          status: await statusOf(rita),
        }).to.deep.equal(expected);
      }
    });

    it('stays done across a restart', async () => {
      const { rita, token } = await invited();
      applied(await accept(rita, token));
      await muster.restart();
      expect(resultOf(await accept(rita, token))).to.equal('UNCHANGED');
    });
  });

  describe('sending again', () => {
    it('makes one link when two nodes do it at once', async () => {
      const { rita, data } = await invited();
      const node = muster.anotherNode();
      muster.clock.now += 60_000;
      const outcomes = await Promise.all([resend(rita), resend(rita, node), resend(rita)]);
      expect(outcomes.map(resultOf).sort()).to.deep.equal(['APPLIED', 'TOO_SOON', 'TOO_SOON']);
      const second = await tokenOf({ ...data, generation: 2 });
      expect(resultOf(await accept(rita, second))).to.equal('APPLIED');
    });

    it('is done once per idempotency key, and not without the permission', async () => {
      const { rita } = await invited();
      const request = { actor: olga, accountId, userId: userIdOf(rita), idempotencyKey: 'k' };
      muster.clock.now += 60_000;
      const first = applied(await muster.application.invitations.resend(request));
      expect(await muster.application.invitations.resend(request)).to.deep.equal({
        ...first,
        replayed: true,
        results: null,
      });
      const carl = applied(await muster.application.addUser(joining(accountId, olga, 'carl@acme.example')));
      const actor: RequestActor = { kind: 'USER', userId: carl.events[0]?.subjectId ?? '' };
      expect(resultOf(await muster.application.invitations.resend({ ...request, actor }))).to.equal(
        'PERMISSION_DENIED',
      );
      expect(resultOf(await resend(actor))).to.equal('INVITATION_ENDED');
    });
  });

  describe('copying the link', () => {
    it('gives the same link again under the same key, for as long as it is the newest', async () => {
      const { rita, token } = await invited();
      const request = { actor: olga, accountId, userId: userIdOf(rita), idempotencyKey: 'k' };
      const copy = () => muster.application.invitations.copyLink(request);
      const first = await copy();
      expect(first.link).to.equal(PAGE.replace('{token}', token));
      const again = await copy();
      expect(again).to.deep.equal({
        outcome: { ...first.outcome, replayed: true, results: null },
        link: first.link,
      });
      muster.clock.now += 60_000;
      applied(await resend(rita));
      expect((await copy()).link).to.equal(null);
      expect(await eventsOf('InvitationLinkCopied')).to.have.length(1);
    });

    it('gives none to whom may not invite, none in a dry run, and none of an answered invitation', async () => {
      const { rita, token } = await invited();
      const request = { actor: olga, accountId, userId: userIdOf(rita) };
      const copy = (also: object = {}) => muster.application.invitations.copyLink({ ...request, ...also });
      expect((await copy({ dryRun: true })).link).to.equal(null);
      expect((await copy({ actor: rita })).link).to.equal(null);
      applied(await accept(rita, token));
      const { outcome, link } = await copy();
      expect(link).to.equal(null);
      expect(resultOf(outcome)).to.equal('INVITATION_ENDED');
    });
  });
});

const only = <T extends 'UserInvited' | 'InvitationResent'>(
  events: readonly { readonly type: string }[],
  type: T,
): AccountEventOf<T> => {
  const [found] = events.filter((event): event is AccountEventOf<T> => event.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
};

/** The letter after this one in the alphabet of base64url. */
const nextLetter = (letter: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(letter) + 1] ?? 'A';
};
