import { expect } from 'chai';
import { ACCOUNT } from '../../src/domain/account/state.js';
import { rejectionCodes } from '../../src/domain/rejection.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { MutationAnswer } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const ROUNDS = 100;
const AT_ONCE = 64;

type Command = readonly [name: string, input: Readonly<Record<string, unknown>>];

describe('64 conflicting commands at once', function () {
  this.timeout(120_000);
  let muster: TestMuster;

  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  it(`leave an active owner and no duty vacant, ${ROUNDS} times over, and tell every loser why`, async () => {
    const arena = await openArena(muster);
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = await Promise.all(
        conflictingCommands(arena, round).map(([name, input]) => muster.root.mutate(name, input)),
      );
      for (const answer of answers) seen.add(checkAnswer(answer, round));
      await checkArena(muster, arena, round);
      await restoreArena(muster, arena);
    }
    // Were the commands not in each other's way, this would have proved nothing.
    expect([...seen]).to.include.members(['APPLIED', 'LAST_OWNER', 'INVALID_SUCCESSOR', 'MEMBERSHIP_ENDED']);
    expect((await verifyStreams(muster.core.store)).status).to.equal('INTACT');
  });
});

interface Arena {
  readonly accountId: string;
  readonly owners: readonly string[];
  readonly contacts: readonly string[];
  readonly applicationIds: readonly string[];
}

const everyone = ({ owners, contacts }: Arena): readonly string[] => [...owners, ...contacts];

/** An account with four owners, four others who hold the duties, and two applications. */
async function openArena({ root }: TestMuster): Promise<Arena> {
  const opened = await root.mutate('createAccount', { name: 'Arena' }, 'account { id }');
  const accountId: string = opened.account.id;
  const add = async (name: string, role: string): Promise<string> => {
    const person = { email: `${name}@arena.test`, name };
    const added = await root.mutate('addUser', { accountId, person, role }, 'membership { userId }');
    return added.membership.userId;
  };
  const owners = await Promise.all([0, 1, 2, 3].map((n) => add(`owner-${n}`, 'OWNER')));
  const contacts = await Promise.all([0, 1, 2, 3].map((n) => add(`contact-${n}`, 'CONTRIBUTOR')));
  const applicationIds = await Promise.all(
    [0, 1].map(async (n) => {
      const input = { accountId, name: `Application ${n}`, technicalContactUserId: contacts[n] };
      return (await root.mutate('registerApplication', input, 'application { id }')).application.id;
    }),
  );
  const arena = { accountId, owners, contacts, applicationIds };
  for (const responsibility of accountDuties)
    await root.mutate('assignContact', { accountId, responsibility, userId: contacts[2] });
  return arena;
}

const accountDuties = [
  { kind: 'ACCOUNT_TECHNICAL_CONTACT' },
  { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT' },
] as const;

const dutiesOf = ({ applicationIds }: Arena) => [
  ...accountDuties,
  ...applicationIds.map((applicationId) => ({ kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId })),
];

/**
 * Owners removed, demoted and deactivated all together, duties handed to people who are being removed, and contacts
 * removed in favour of successors who are going too. All 64 in an order that changes from round to round.
 */
function conflictingCommands(arena: Arena, round: number): readonly Command[] {
  const { accountId, owners, contacts } = arena;
  const people = everyone(arena);
  const at = (n: number): string => people[n % people.length] ?? '';
  const end = (name: string, userId: string, successor: string): Command => [
    name,
    { accountId, userId, confirmed: true, successors: { forAll: successor, each: [] } },
  ];
  const commands = [
    ...owners.flatMap((userId, n): readonly Command[] => [
      end('removeUser', userId, at(n + 1 + round)),
      end('deactivateUser', userId, at(n + 2 + round)),
      ['changeRole', { accountId, userId, role: 'CONTRIBUTOR' }],
      ['changeRole', { accountId, userId, role: 'REVIEWER', expectedRole: 'OWNER' }],
    ]),
    ...contacts.flatMap((userId, n): readonly Command[] => [
      end('removeUser', userId, at(n + 3 + round)),
      end('deactivateUser', userId, at(n + 5 + round)),
      end('removeUser', userId, at(n + 6 + round)),
      ['addUser', { accountId, person: { userId }, role: 'CONTRIBUTOR' }],
    ]),
    ...dutiesOf(arena).flatMap((responsibility, n) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((k): Command => {
        const userId = at(n + k + round);
        return ['reassignContacts', { accountId, reassignments: [{ responsibility, userId }] }];
      }),
    ),
  ];
  expect(commands).to.have.length(AT_ONCE);
  return commands.map((_, index) => commands[(index * 37 + round * 11) % AT_ONCE] as Command);
}

/** Applied, so already, or refused with one code of the closed list; gives what it was. */
function checkAnswer({ outcome, userErrors }: MutationAnswer, round: number): string {
  if (outcome !== 'REJECTED') {
    expect(userErrors, `round ${round}`).to.deep.equal([]);
    return outcome;
  }
  expect(userErrors, `round ${round}`).to.have.length(1);
  const code = userErrors[0]?.code ?? '';
  expect(rejectionCodes, `round ${round}`).to.include(code);
  expect(userErrors[0]?.message).to.match(/\S/);
  return code;
}

/** What must hold whoever won: in the account's own state, and in what the API shows. */
async function checkArena(muster: TestMuster, arena: Arena, round: number): Promise<void> {
  const { accountId } = arena;
  const { activeOwners, counted, holders } = await muster.core.application.accounts.read(
    accountId,
    ({ state }) => {
      const members = [...state.memberships.values()];
      return {
        activeOwners: state.account.get(ACCOUNT)?.activeOwners,
        counted: members.filter(({ status, role }) => status === 'ACTIVE' && role === 'OWNER').length,
        holders: [...state.contacts.values()].map((userId) =>
          userId === null ? 'VACANT' : state.memberships.get(userId)?.status,
        ),
      };
    },
  );
  expect(counted, `active owners after round ${round}`).to.be.greaterThan(0);
  expect(activeOwners).to.equal(counted);
  expect(holders, `holders of duties after round ${round}`).to.deep.equal(
    dutiesOf(arena).map(() => 'ACTIVE'),
  );

  const { account } = await muster.root.query(
    `query ($id: ID!) { account(id: $id) {
      users(first: 10, role: [OWNER], status: [ACTIVE]) { nodes { userId } }
      responsibilities(first: 10) { nodes { user { id } } }
    } }`,
    { id: accountId },
  );
  expect(account.users.nodes).to.have.length(counted);
  for (const { user } of account.responsibilities.nodes) expect(user, `round ${round}`).not.to.equal(null);
}

/** Everyone back, owners as owners, duties with the contacts: the next round begins like the first. */
async function restoreArena({ root }: TestMuster, arena: Arena): Promise<void> {
  const { accountId, owners, contacts } = arena;
  const people = everyone(arena);
  await Promise.all(
    people.map((userId) => root.mutate('reactivateUser', { accountId, userId, confirmed: true })),
  );
  await Promise.all(
    people.map((userId) => root.mutate('addUser', { accountId, person: { userId }, role: 'CONTRIBUTOR' })),
  );
  await Promise.all(owners.map((userId) => root.mutate('changeRole', { accountId, userId, role: 'OWNER' })));
  await Promise.all(
    contacts.map((userId) => root.mutate('changeRole', { accountId, userId, role: 'CONTRIBUTOR' })),
  );
  const reassignments = dutiesOf(arena).map((responsibility, n) => ({ responsibility, userId: contacts[n] }));
  const restored = await root.mutate('reassignContacts', { accountId, reassignments });
  expect(restored.userErrors).to.deep.equal([]);
}
