import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { OpenAccountRequest } from '../../src/application/application.js';
import { MusterApplication } from '../../src/application/muster-application.js';
import type { Outcome } from '../../src/application/outcome.js';
import { type Core, openCore } from '../../src/core.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { isRejection } from '../../src/domain/rejection.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { end } from '../domain/account/given.js';

const ISSUER = 'https://issuer.example';
const root = { issuer: ISSUER, subject: 'root', name: 'Root' };

describe('the application', () => {
  let folder: string;
  let core: Core;
  let application: MusterApplication;
  let rootUser: RequestActor;
  const failures: unknown[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-'));
    failures.length = 0;
    core = await openCore({
      dataDir: folder,
      environment: { now: Date.now, newId: uuidV7 },
      report: (error) => failures.push(error),
    });
    application = core.application;
    const { userId } = await application.initialise({ owner: root });
    rootUser = { kind: 'USER', userId: userId ?? '' };
  });

  afterEach(async () => {
    expect((await verifyStreams(core.store)).status).to.equal('INTACT');
    await core.close();
    rmSync(folder, { recursive: true });
    expect(failures).to.deep.equal([]);
  });

  const openRequest = (also: Partial<OpenAccountRequest> = {}): OpenAccountRequest => ({
    actor: rootUser,
    name: 'Acme',
    kind: 'STANDARD',
    preset: 'DEFAULT',
    owner: { email: 'Olga@Acme.example', name: 'Olga' },
    ...also,
  });
  const applied = (outcome: Outcome) => {
    if (outcome.outcome !== 'APPLIED') throw new Error(JSON.stringify(outcome));
    return outcome;
  };
  const openAcme = async () => {
    const { accountId } = applied(await application.openAccount(openRequest()));
    const olga = await application.people.find({ email: 'olga@acme.example', name: null });
    return { accountId, olga: { kind: 'USER', userId: olga ?? '' } as RequestActor };
  };
  const add = (accountId: string, actor: RequestActor, email: string) =>
    application.addUser({
      actor,
      accountId,
      person: { email, name: null },
      kind: 'STANDARD',
      role: 'CONTRIBUTOR',
      permissions: [],
      groupIds: [],
    });

  it('makes the root operator account once, however often it is asked', async () => {
    const before = await core.store.head();
    const again = await application.initialise({ owner: root });
    expect(again).to.deep.equal({
      rootAccountId: await application.rootAccountId(),
      userId: rootUser.kind === 'USER' ? rootUser.userId : '',
    });
    expect(await core.store.head()).to.equal(before);
  });

  it('opens accounts for the root account’s people only, and names the authority in the event', async () => {
    const { events } = applied(await application.openAccount(openRequest()));
    expect(events.map((event) => event.type)).to.deep.equal(['AccountOpened', 'UserAdded']);
    expect(events[0]?.actor.authority).to.deep.equal({
      stream: `account-${await application.rootAccountId()}`,
      revision: 1,
    });
    const head = await core.store.head();
    const stranger: RequestActor = { kind: 'USER', userId: uuidV7() };
    const refused = await application.openAccount(
      openRequest({ actor: stranger, owner: { email: 'new@acme.example', name: 'New' } }),
    );
    expect(refused).to.deep.nested.include({ outcome: 'REJECTED', 'rejection.code': 'PERMISSION_DENIED' });
    expect(await core.store.head()).to.equal(head, 'no person was planted');
  });

  it('opens one account per idempotency key', async () => {
    const first = applied(await application.openAccount(openRequest({ idempotencyKey: 'k' })));
    const again = applied(await application.openAccount(openRequest({ idempotencyKey: 'k' })));
    expect(again).to.deep.equal({ ...first, replayed: true, results: null });
    expect(
      await application.openAccount(openRequest({ idempotencyKey: 'k', name: 'Other' })),
    ).to.deep.nested.include({
      'rejection.code': 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('repeats what root does under a key, also on an account that root may not see', async () => {
    const creator = await application.people.ensure({ email: 'carla@root.example', name: null }, actor());
    await application.addUser({
      actor: { kind: 'SYSTEM', id: 'test' },
      accountId: (await application.rootAccountId()) ?? '',
      person: { userId: creator ?? '' },
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: ['accounts.create'],
      groupIds: [],
    });
    const request = openRequest({ actor: { kind: 'USER', userId: creator ?? '' }, idempotencyKey: 'k' });
    const first = applied(await application.openAccount(request));
    expect(await application.openAccount(request)).to.deep.equal({ ...first, replayed: true, results: null });
  });

  it('refuses an unknown user id, in a dry run too', async () => {
    const { accountId, olga } = await openAcme();
    for (const dryRun of [true, false])
      expect(
        await application.addUser({
          actor: olga,
          accountId,
          person: { userId: uuidV7() },
          kind: 'STANDARD',
          role: 'CONTRIBUTOR',
          permissions: [],
          groupIds: [],
          dryRun,
        }),
      ).to.deep.nested.include({ outcome: 'REJECTED', 'rejection.code': 'NOT_FOUND' });
  });

  it('lets operators act on what they operate, by their right at this moment', async () => {
    const { accountId, olga } = await openAcme();
    const operatorId = applied(
      await application.openAccount(openRequest({ name: 'Operator', kind: 'OPERATOR', owner: null })),
    ).accountId;
    const opal = await application.people.ensure({ email: 'opal@operator.example', name: null }, actor());
    const opalUser: RequestActor = { kind: 'USER', userId: opal ?? '' };
    const system: RequestActor = { kind: 'SYSTEM', id: 'test' };
    await application.addUser({
      actor: system,
      accountId: operatorId,
      person: { userId: opal ?? '' },
      kind: 'STANDARD',
      role: 'ADMIN',
      permissions: ['accounts.operate'],
      groupIds: [],
    });
    expect(await add(accountId, opalUser, 'a@acme.example')).to.deep.nested.include({
      'rejection.code': 'NOT_FOUND',
    });
    applied(await application.linkOperator({ actor: rootUser, accountId, operatorAccountId: operatorId }));
    const done = applied(await add(accountId, opalUser, 'a@acme.example'));
    expect(done.events[0]?.actor.authority?.stream).to.equal(`account-${operatorId}`);
    await application.accounts.execute({
      accountId: operatorId,
      actor: system,
      commands: [{ type: 'revokePermissions', userId: opal ?? '', permissions: ['accounts.operate'] }],
    });
    expect(await add(accountId, opalUser, 'b@acme.example')).to.deep.nested.include({
      'rejection.code': 'NOT_FOUND',
    });
    expect((await add(accountId, olga, 'b@acme.example')).outcome).to.equal('APPLIED');
    expect(
      await application.linkOperator({
        actor: rootUser,
        accountId: operatorId,
        operatorAccountId: accountId,
      }),
    ).to.deep.nested.include({ 'rejection.code': 'OPERATOR_LINK_INVALID' });
  });

  it('shows a preview whose token confirms exactly what it showed', async () => {
    const { accountId, olga } = await openAcme();
    const rita = applied(await add(accountId, olga, 'rita@acme.example')).events[0]?.subjectId ?? '';
    await application.accounts.execute({
      accountId,
      actor: olga,
      commands: [end('deactivateUser', rita)],
    });
    const preview = await application.offboarding.preview({
      actor: olga,
      accountId,
      userId: rita,
      operation: 'DELETE',
    });
    if (isRejection(preview)) throw new Error(preview.message);
    expect(preview).to.include({ irreversible: true, confirmation: 'PREVIEW_TOKEN', canCommit: true });
    const remove = (previewToken: string | null) =>
      application.accounts.execute({
        accountId,
        actor: olga,
        commands: [
          end('deleteUser', rita, { confirmation: { confirmed: true, previewToken, phrase: null } }),
        ],
      });
    expect(await remove(null)).to.deep.nested.include({ 'rejection.code': 'CONFIRMATION_REQUIRED' });
    await application.accounts.execute({
      accountId,
      actor: olga,
      commands: [{ type: 'grantPermissions', userId: rita, permissions: ['app-store'] }],
    });
    expect(await remove(preview.token)).to.deep.nested.include({ 'rejection.code': 'STALE_PREVIEW' });
    const fresh = await application.offboarding.preview({
      actor: olga,
      accountId,
      userId: rita,
      operation: 'DELETE',
    });
    if (isRejection(fresh)) throw new Error(fresh.message);
    expect((await remove(fresh.token)).outcome).to.equal('APPLIED');
    const stranger: RequestActor = { kind: 'USER', userId: uuidV7() };
    expect(
      await application.offboarding.preview({
        actor: stranger,
        accountId,
        userId: rita,
        operation: 'DELETE',
      }),
    ).to.include({ code: 'NOT_FOUND' });
  });

  describe('people', () => {
    it('are one per address, whatever its case, also in a race of two nodes', async () => {
      const other = new MusterApplication({
        ...application.parts,
        snapshots: { load: async () => null, save: async () => undefined },
      });
      for (let round = 0; round < 20; round += 1) {
        const ids = await Promise.all(
          [application, other, application, other].map((node, i) =>
            node.people.ensure(
              {
                email: i % 2 === 0 ? `p${round}@x.example` : ` P${round}@X.Example `,
                name: `Person ${round}`,
              },
              actor(),
            ),
          ),
        );
        expect(new Set(ids).size).to.equal(1);
      }
    });

    it('survive a crash between any two steps', async () => {
      for (let failAt = 1; failAt <= 3; failAt += 1) {
        let calls = 0;
        const crashing = new MusterApplication({
          ...application.parts,
          store: withAppend(core.store, (request) => {
            calls += 1;
            return calls === failAt ? Promise.reject(new Error('crash')) : core.store.append(request);
          }),
        });
        const reference = { issuer: ISSUER, subject: `s${failAt}`, name: 'Sam' };
        expect(await crashing.people.ensure(reference, actor()).catch((e: Error) => e.message)).to.equal(
          'crash',
        );
        const userId = await application.people.ensure(reference, actor());
        expect(await application.people.ensure(reference, actor())).to.equal(userId);
        const events = await core.store.readStream(`user-${userId}`, { maxCount: 10 });
        expect(events.map((event) => event.type)).to.deep.equal(['UserRegistered', 'IdentityLinked']);
      }
    });

    it('are on record before they become members, also after a crash', async () => {
      const { accountId, olga } = await openAcme();
      const crashing = new MusterApplication({
        ...application.parts,
        store: withAppend(core.store, (request) =>
          request.stream.startsWith('user-')
            ? Promise.reject(new Error('crash'))
            : core.store.append(request),
        ),
      });
      const reference = { email: 'rita@acme.example', name: 'Rita' };
      expect(await crashing.people.ensure(reference, actor()).catch((e: Error) => e.message)).to.equal(
        'crash',
      );
      const { events } = applied(await add(accountId, olga, reference.email));
      expect(await core.store.readStream(`user-${events[0]?.subjectId}`, { maxCount: 1 })).to.have.length(1);
    });

    it('have every identity on record that they sign in by, also after a crash', async () => {
      const { olga } = await openAcme();
      const olgaId = olga.kind === 'USER' ? olga.userId : '';
      const crashing = new MusterApplication({
        ...application.parts,
        store: withAppend(core.store, (request) =>
          request.stream.startsWith('user-')
            ? Promise.reject(new Error('crash'))
            : core.store.append(request),
        ),
      });
      const claims = { issuer: ISSUER, subject: 'olga-1', verifiedEmail: 'olga@acme.example' };
      expect(await crashing.signIn(claims).catch((e: Error) => e.message)).to.equal('crash');
      expect(await application.signIn(claims)).to.equal(olgaId);
      const events = await core.store.readStream(`user-${olgaId}`, { maxCount: 10 });
      expect(events.map((event) => event.type)).to.deep.equal(['UserRegistered', 'IdentityLinked']);
    });

    it('have times on record that never go back, also when the clock does', async () => {
      const { olga } = await openAcme();
      const slow = new MusterApplication({
        ...application.parts,
        environment: { now: () => Date.now() - 60_000, newId: uuidV7 },
      });
      await slow.signIn({ issuer: ISSUER, subject: 'olga-1', verifiedEmail: 'olga@acme.example' });
      const stream = `user-${olga.kind === 'USER' ? olga.userId : ''}`;
      const [registered, linked] = (await core.store.readStream(stream, { maxCount: 2 })).map(
        (event) => JSON.parse(event.body) as StoredEvent,
      );
      expect(linked?.recordedAt).to.equal(registered?.recordedAt);
      expect(linked?.occurredAt).to.equal(registered?.occurredAt);
    });

    it('sign in by an identity, linked at first through a verified address only', async () => {
      const { olga } = await openAcme();
      const claims = { issuer: ISSUER, subject: 'olga-1' };
      expect(await application.signIn({ ...claims, verifiedEmail: null })).to.equal(null);
      expect(await application.signIn({ ...claims, verifiedEmail: 'nobody@acme.example' })).to.equal(null);
      const olgaId = olga.kind === 'USER' ? olga.userId : '';
      expect(await application.signIn({ ...claims, verifiedEmail: 'OLGA@acme.example' })).to.equal(olgaId);
      expect(await application.signIn({ ...claims, verifiedEmail: null })).to.equal(olgaId);
      const secondOfTheIssuer = { issuer: ISSUER, subject: 'olga-2', verifiedEmail: 'olga@acme.example' };
      expect(await application.signIn(secondOfTheIssuer)).to.equal(null);
      const ofAnother = { ...secondOfTheIssuer, issuer: 'https://second.example' };
      expect(await application.signIn(ofAnother)).to.equal(olgaId);
      expect(
        await application.signIn({ issuer: 'https://other.example', subject: 'olga-1', verifiedEmail: null }),
      ).to.equal(null);
    });

    it('leave no name or address in the clear in any file', async () => {
      await openAcme();
      await application.accounts.close();
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/sqlite/.test(name) || name.includes('lock')) continue;
        const bytes = readFileSync(join(folder, name)).toString('latin1').toLowerCase();
        expect(bytes, name).to.not.include('olga');
      }
    });
  });
});

const actor = () => ({ kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null }) as const;

const withAppend = (store: EventStore, append: EventStore['append']): EventStore => ({
  logId: store.logId,
  isExclusive: store.isExclusive,
  append,
  readStream: (stream, options) => store.readStream(stream, options),
  readAll: (options) => store.readAll(options),
  readAt: (position) => store.readAt(position),
  head: () => store.head(),
  subscribe: (options) => store.subscribe(options),
  close: () => store.close(),
});
