import { expect } from 'chai';
import { MAX_DECISIONS, MemberActions } from '../../schema/member-actions.js';
import type { ActionsOnEachRequest, OffboardingQuestions } from '../../src/application/application.js';
import { unknownAccount } from '../../src/domain/account/authority.js';

const actions = ['REMOVE', 'DEACTIVATE'] as const;

describe('what can be done with the members of a page', () => {
  let asked: ActionsOnEachRequest[];
  let loader: MemberActions;
  beforeEach(() => {
    asked = [];
    const offboarding: Pick<OffboardingQuestions, 'actionsOnEach'> = {
      actionsOnEach: async (request) => {
        asked.push(request);
        return request.members.map((one) =>
          one.userId === 'nobody'
            ? unknownAccount()
            : one.actions.map((action) => ({
                action,
                available: one.userId === 'ann',
                applicableCount: one.userId === 'ann' ? 1 : 0,
                reasons: [],
                confirmation: null,
                reassignmentRequired: false,
                assignableRoles: [],
              })),
        );
      },
    };
    loader = new MemberActions(offboarding, 'me');
  });

  it('is asked once per account, about each of them once, and answered each with his own', async () => {
    const answers = await Promise.all([
      loader.on('a', { userId: 'ann', actions }),
      loader.on('a', { userId: 'ben', actions }),
      loader.on('b', { userId: 'ann', actions }),
      loader.on('a', { userId: 'ann', actions }),
    ]);
    expect(
      asked.map(({ accountId, members }) => [accountId, members.map(({ userId }) => userId)]),
    ).to.deep.equal([
      ['a', ['ann', 'ben']],
      ['b', ['ann']],
    ]);
    expect(asked[0]?.actor).to.deep.equal({ kind: 'USER', userId: 'me' });
    expect(answers.map((answer) => answer?.[0]?.available)).to.deep.equal([true, false, true, true]);
  });

  it('is null where it is not for the caller to know', async () => {
    expect(await loader.on('a', { userId: 'nobody', actions })).to.equal(null);
  });

  it('is asked anew later', async () => {
    await loader.on('a', { userId: 'ann', actions });
    await loader.on('a', { userId: 'ann', actions });
    expect(asked.length).to.equal(2);
  });

  it('is not told beyond a number of decisions', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: MAX_DECISIONS / 2 + 1 }, (_, n) => loader.on('a', { userId: `${n}`, actions })),
    );
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refused.map(({ extensions }) => extensions.code)).to.deep.equal(['BAD_USER_INPUT']);
    expect(asked[0]?.members.length).to.equal(MAX_DECISIONS / 2);
  });
});
