import { expect } from 'chai';
import { loadDemoWorld } from '../src/demo-world.js';
import { policyPresets } from '../src/domain/account/policy.js';
import { type Core, withCore } from './import/open-test-core.js';

const clock = () => Date.now();

describe('the demo world', () => {
  it('has an account for every preset, with people in every state its policy knows', () =>
    withCore(async (core) => {
      const { accounts } = await loadDemoWorld({ application: core.application, clock });
      expect(accounts.map(({ preset }) => preset)).to.deep.equal([...policyPresets]);
      for (const { accountId, preset } of accounts) {
        const { statuses, offered } = await look(core, accountId);
        const expected = [
          'ACTIVE',
          'FROZEN',
          'INVITED',
          'INVITATION_EXPIRED',
          ...(offered.includes('REMOVE') ? ['REMOVED'] : []),
          ...(offered.includes('DEACTIVATE') ? ['INACTIVE'] : []),
          ...(offered.includes('DELETE') ? ['DELETED'] : []),
        ];
        expect(statuses, preset).to.have.members(expected);
      }
    }));

  it('has a holder for every kind of contact duty', () =>
    withCore(async (core) => {
      const { accounts } = await loadDemoWorld({ application: core.application, clock });
      for (const { accountId } of accounts) {
        const { duties } = await look(core, accountId);
        expect(duties).to.have.length(4);
        for (const [, holder] of duties) expect(holder).to.be.a('string');
      }
    }));

  it('asked Eva in with a real link, which has expired and can be sent again', () =>
    withCore(async (core) => {
      const { accounts } = await loadDemoWorld({ application: core.application, clock });
      const { accounts: writer, invitations, parts, offboarding } = core.application;
      for (const { accountId, people, preset } of accounts) {
        const userId = people.eva;
        const actor = { kind: 'SYSTEM', id: 'test' } as const;
        const linkNow = () =>
          writer.read(accountId, ({ state }) => state.memberships.get(userId)?.invitation);
        const expired = await linkNow();
        expect(expired?.expiresAt, preset).to.be.lessThan(clock());
        const { invitationId = '', generation = 0 } = expired ?? {};
        const made = await parts.invitationTokens.tokenOf({ accountId, invitationId, generation });
        expect(made?.tokenHash, preset).to.equal(expired?.tokenHash);
        const selection = [{ accountId, userIds: [userId] }];
        const actions = ['RESEND_INVITATION'] as const;
        const told = await offboarding.availableActions({ actor, selection, actions });
        expect(told, preset).to.have.nested.property('[0].available', true);
        expect((await invitations.resend({ actor, accountId, userId })).outcome).to.equal('APPLIED');
        const link = await parts.invitationTokens.tokenOf({ accountId, invitationId, generation: 2 });
        const eva = { kind: 'USER', userId } as const;
        const accepted = await invitations.accept({ actor: eva, token: link?.token ?? '' });
        expect(accepted.outcome, preset).to.equal('APPLIED');
      }
    }));

  it('adds nothing when it is loaded again, even after a month', () =>
    withCore(async (core) => {
      await loadDemoWorld({ application: core.application, clock });
      const head = await core.store.head();
      await loadDemoWorld({ application: core.application, clock: () => clock() + 31 * 24 * 3600 * 1000 });
      expect(await core.store.head()).to.equal(head);
    }));

  it('offers a first step that asks for a successor', () =>
    withCore(async (core) => {
      const { tryFirst } = await loadDemoWorld({ application: core.application, clock });
      const remove = (forAll: string | null) =>
        core.application.accounts.execute({
          accountId: tryFirst.accountId,
          actor: { kind: 'SYSTEM', id: 'test' },
          dryRun: true,
          commands: [
            {
              type: 'removeUser',
              userId: tryFirst.contactUserId,
              confirmation: { confirmed: true, previewToken: null, phrase: null },
              successors: { forAll, each: [] },
            },
          ],
        });
      const refused = await remove(null);
      expect(refused.outcome === 'REJECTED' && refused.rejection.code).to.equal('REASSIGNMENT_REQUIRED');
      expect((await remove(tryFirst.successorUserId)).outcome).to.equal('WOULD_APPLY');
    }));
});

const look = (core: Core, accountId: string) =>
  core.application.accounts.read(accountId, ({ state }) => ({
    statuses: [...new Set([...state.memberships.values()].map(({ status }) => status))],
    duties: [...state.contacts.entries()],
    offered: state.account.get('account')?.policy.operationsOffered ?? [],
  }));
