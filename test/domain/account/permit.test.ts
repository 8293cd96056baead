import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import { permit } from '../../../src/domain/account/authority.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { recall } from '../../../src/domain/account/decide.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import {
  added,
  end,
  fold,
  given,
  invited,
  linked,
  opened,
  operator,
  START,
  service,
  stored,
  system,
  user,
} from './given.js';

const base = [
  opened(),
  linked,
  added('olga', 'OWNER'),
  added('rita', 'REVIEWER'),
  invited('ian', 'REVIEWER'),
];
const remove = end('removeUser', 'rita');
const accept: AccountCommand = {
  type: 'acceptInvitation',
  userId: 'ian',
  invitationId: 'i-ian',
  generation: 1,
  tokenHash: 'hash-ian-1',
};

describe('the right under which a command is carried out', () => {
  const { state } = given(...base);

  it('is one’s own, when an operator’s is no higher', () => {
    expect(permit(state, remove, operator('OWNER', { userId: 'olga' }))).to.include({
      via: 'MEMBERSHIP',
      source: null,
    });
    expect(permit(state, remove, operator('OWNER', { userId: 'rita' }))).to.include({
      via: 'OPERATOR',
      role: 'OWNER',
    });
  });
  it('names the place where an operator’s was read, and what is a machine', () => {
    expect(permit(state, remove, operator('OWNER'))).to.deep.include({
      isService: false,
      source: { stream: 'account-operator', revision: 7 },
    });
    expect(permit(state, remove, service('OWNER'))).to.include({ isService: true });
  });
  it('of somebody invited is nothing but to answer', () => {
    const authority = permit(state, accept, user('ian'));
    expect(authority).to.include({ via: 'INVITATION', role: 'REVIEWER', isService: false });
    expect('holds' in authority && authority.holds('account.read')).to.equal(false);
  });
  it('of Muster itself is everything', () =>
    expect(permit(state, remove, system)).to.include({ via: 'SYSTEM', role: 'OWNER', isService: false }));
});

describe('a command that was sent before, under a key', () => {
  const state = fold(base);
  evolve(state, {
    ...stored({ type: 'GroupCreated', data: { groupId: 'g', name: 'G', parentId: null } }, base.length),
    commandId: 'sent',
    fingerprint: 'print',
  });
  const asked = (command: AccountCommand, actor: Actor, fingerprint: string | null = 'print') =>
    recall(state, [command], {
      actor,
      occurredAt: START,
      commandId: 'sent',
      fingerprint,
      digest: (text) => text,
    });

  it('is remembered for whoever may see the account', () => {
    for (const actor of [user('rita'), operator('REVIEWER'), system])
      expect(asked(remove, actor)).to.include({ firstRevision: base.length, lastRevision: base.length });
  });
  it('is remembered for somebody who answers an invitation and is no member any more', () =>
    expect(asked(accept, user('ian'))).to.include({ firstRevision: base.length }));
  it('is no secret told to others', () => {
    expect(asked(remove, user('eve'))).to.include({ code: 'NOT_FOUND', field: 'accountId' });
    expect(asked(remove, user('ian'))).to.include({ code: 'NOT_FOUND' });
  });
  it('is refused with another input', () =>
    expect(asked(remove, user('olga'), 'other')).to.include({ code: 'IDEMPOTENCY_KEY_REUSED' }));
  it('without a key is nothing to remember', () => expect(asked(remove, user('olga'), null)).to.equal(null));
});
