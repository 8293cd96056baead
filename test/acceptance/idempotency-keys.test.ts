import { expect } from 'chai';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import { answerTo, changedInputs, whatComesOf } from '../support/changed-inputs.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { invite, tokenFor } from '../support/invitee.js';
import { addMachine } from '../support/machine.js';
import { addLingering, sessionWorld } from '../support/session-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { addSupplier } from '../support/supplier.js';

type Input = Readonly<Record<string, unknown>>;

/** Beside those of mutation-contract: who asks for what, and fields that lead to another answer. */
interface Case {
  readonly mutation: string;
  readonly asked: (world: AccountWorld) => Promise<{ readonly by: GraphqlClient; readonly input: Input }>;
  readonly except?: Readonly<Record<string, string>>;
}

const elsewhere = async ({ muster }: AccountWorld) => (await addSupplier(muster, [])).accountId;

const answering = async (world: AccountWorld) => {
  const { client, userId } = await invite(world);
  return { by: client, input: { token: await tokenFor(world, userId) } };
};

/** Another link is another invitation, or none; and it is named one way, not both. */
const otherInvitation = { token: 'NOT_FOUND', invitationId: 'BAD_USER_INPUT' };

const cases: readonly Case[] = [
  {
    mutation: 'createAccount',
    asked: async ({ muster, accountId }) => ({
      by: muster.root,
      input: { name: 'New', owner: { email: `owner.${accountId}@example.test`, name: 'Owner' } },
    }),
    except: {
      'owner.userId': 'BAD_USER_INPUT',
      'owner.identity': 'BAD_USER_INPUT',
      'owner.name': 'APPLIED',
      operatorAccountId: 'OPERATOR_LINK_INVALID',
    },
  },
  {
    mutation: 'linkOperator',
    asked: async (world) => ({
      by: world.muster.root,
      input: { accountId: world.accountId, operatorAccountId: await elsewhere(world) },
    }),
  },
  {
    mutation: 'unlinkOperator',
    asked: async (world) => {
      const operatorAccountId = (await addSupplier(world.muster, [world])).accountId;
      return { by: world.muster.root, input: { accountId: world.accountId, operatorAccountId } };
    },
  },
  { mutation: 'acceptInvitation', asked: answering, except: otherInvitation },
  { mutation: 'declineInvitation', asked: answering, except: otherInvitation },
  {
    mutation: 'startDirectoryManagement',
    asked: async ({ muster, accountId, carl }) => ({
      by: (await addMachine(muster, 'entra')).client,
      input: { accountId, userId: carl.userId, directory: 'entra' },
    }),
  },
  {
    mutation: 'sessionEnded',
    asked: async ({ muster }) => {
      const lingering = await sessionWorld(muster);
      return { by: muster.root, input: { person: { userId: await addLingering(lingering) } } };
    },
    except: {
      // A key is the account's own.
      accountId: 'NOT_FOUND',
      'person.userId': 'NOT_FOUND',
      'person.issuer': 'BAD_USER_INPUT',
      'person.subject': 'BAD_USER_INPUT',
    },
  },
];

describe('an idempotency key', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  for (const { mutation, asked, except } of cases)
    it(`of ${mutation} stands for one input, whichever field is another`, async () => {
      const { by, input } = await asked(await accountWorld(muster));
      const first = { ...input, reason: { code: 'test', ticket: 'T-1' } };
      expect(await answerTo(by, mutation, first)).to.equal('APPLIED');
      expect(await answerTo(by, mutation, first)).to.equal('APPLIED');
      for (const changed of changedInputs(mutation, first))
        expect(
          [changed.path, await answerTo(by, mutation, changed.input)],
          JSON.stringify(changed.input),
        ).to.deep.equal([
          changed.path,
          { ...whatComesOf, ...except }[changed.path] ?? 'IDEMPOTENCY_KEY_REUSED',
        ]);
    });

  it('of sessionEnded for one account does not stand for all of them', async () => {
    const world = await sessionWorld(muster);
    const person = { userId: await addLingering(world) };
    const { root } = muster;
    expect(await answerTo(root, 'sessionEnded', { person, accountId: world.accountId })).to.equal('APPLIED');
    expect(await answerTo(root, 'sessionEnded', { person })).to.equal('IDEMPOTENCY_KEY_REUSED');
  });
});
