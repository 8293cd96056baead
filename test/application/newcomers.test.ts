import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { PersonReference } from '../../src/application/application.js';
import { applied, InstalledMuster, ISSUER, joining, resultOf, user, userIdOf } from './installed-muster.js';

const machine: PersonReference = { issuer: ISSUER, subject: 'directory-sync', name: 'Directory' };

describe('whoever comes in', () => {
  let muster: InstalledMuster;
  let operatorId: string;
  let olga: RequestActor;

  beforeEach(async () => {
    muster = await InstalledMuster.install();
    ({ accountId: operatorId, olga } = await muster.openAccount({ kind: 'OPERATOR' }));
  });
  afterEach(() => muster.remove());

  const add = (actor: RequestActor, person: PersonReference, kind: 'SERVICE' | 'STANDARD' = 'SERVICE') =>
    muster.application.addUser(joining(operatorId, actor, '', { person, kind }));
  const accounts = () => muster.application.accounts;

  it('by an identity is a machine that root lets in', async () => {
    const { events } = applied(await add(muster.root, machine));
    expect(events[0]).to.deep.nested.include({ type: 'UserAdded', 'data.kind': 'SERVICE' });
    const signedIn = await muster.application.signIn({ ...machine, verifiedEmail: null });
    expect(signedIn).to.equal(events[0]?.subjectId);
  });

  it('by an identity is refused to everybody else, so that nobody squats a stranger’s sign-in', async () => {
    const head = await muster.store.head();
    expect(await add(olga, machine)).to.deep.nested.include({
      'rejection.code': 'PERMISSION_DENIED',
      'rejection.permission': 'accounts.create',
    });
    expect(await muster.store.head()).to.equal(head);
    expect(await muster.application.signIn({ ...machine, verifiedEmail: null })).to.equal(null);
  });

  it('by an identity is no human being, whoever asks', async () => {
    const opening = {
      actor: muster.root,
      name: 'A',
      kind: 'STANDARD',
      preset: 'DEFAULT',
      owner: machine,
    } as const;
    const head = await muster.store.head();
    expect(resultOf(await add(muster.root, machine, 'STANDARD'))).to.equal('INVALID_INPUT');
    expect(resultOf(await muster.application.openAccount(opening))).to.equal('INVALID_INPUT');
    expect(await muster.store.head()).to.equal(head);
  });

  it('by e-mail or as somebody known is no machine', async () => {
    expect(resultOf(await add(muster.root, { email: 'm@acme.example', name: null }))).to.equal(
      'INVALID_INPUT',
    );
    const rita = applied(await muster.application.addUser(joining(operatorId, olga, 'rita@acme.example')));
    const userId = rita.events[0]?.subjectId ?? '';
    const commands = [{ type: 'removeUser', userId, ...confirmed }] as const;
    applied(await accounts().execute({ accountId: operatorId, actor: olga, commands }));
    expect(resultOf(await add(olga, { userId }))).to.equal('INVALID_INPUT');
    expect(resultOf(await add(olga, { userId }, 'STANDARD'))).to.equal('APPLIED');
  });

  it('as a machine again needs no more than its id', async () => {
    const userId = applied(await add(muster.root, machine)).events[0]?.subjectId ?? '';
    const commands = [{ type: 'removeUser', userId, ...confirmed }] as const;
    applied(await accounts().execute({ accountId: operatorId, actor: olga, commands }));
    expect(resultOf(await add(olga, { userId }))).to.equal('APPLIED');
  });

  it('is refused by the account before anything else is said', async () => {
    const { accountId } = await muster.openAccount();
    const stranger = user(userIdOf(olga));
    const outcome = await muster.application.addUser(
      joining(accountId, stranger, '', { person: machine, kind: 'SERVICE' }),
    );
    expect(resultOf(outcome)).to.equal('NOT_FOUND');
  });
});

const confirmed = {
  confirmation: { confirmed: true, previewToken: null, phrase: null },
  successors: { forAll: null, each: [] },
};
