import type { SoakAccount, SoakWorld } from './soak-world.js';

/** One mutation as a client sends it, and sends it again under the same key until it knows the outcome. */
export interface SoakMutation {
  readonly name: string;
  readonly key: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Type of the last event when something is written: without it the append would be half of one. */
  readonly lastEvents: readonly string[];
}

type Draw = (
  account: SoakAccount,
  pick: <T>(of: readonly T[]) => T,
  key: string,
) => Omit<SoakMutation, 'key'>;

const ended = (name: string, lastEvent: string): Draw => {
  return (account, pick) => ({
    name,
    lastEvents: [lastEvent],
    input: {
      userId: pick(account.userIds),
      confirmed: true,
      // Duties go to someone who stays, in the same append.
      successors: { forAll: account.ownerId, each: [] },
    },
  });
};

const kinds: readonly Draw[] = [
  ended('removeUser', 'UserRemoved'),
  ended('deactivateUser', 'UserDeactivated'),
  (account, pick) => ({
    name: 'reactivateUser',
    lastEvents: ['UserReactivated'],
    input: { userId: pick(account.userIds), confirmed: true },
  }),
  (account, pick) => ({
    name: 'addUser',
    lastEvents: ['UserAdded', 'UserRejoined', 'GroupMemberAdded'],
    input: {
      person: { userId: pick(account.userIds) },
      role: 'CONTRIBUTOR',
      groupIds: [pick(account.groupIds)],
    },
  }),
  (_account, _pick, key) => ({
    name: 'addUser',
    lastEvents: ['UserAdded'],
    input: { person: { email: `${key}@example.com`, name: `New ${key}` }, role: 'REVIEWER', groupIds: [] },
  }),
  (account, pick) => ({
    name: 'changeRole',
    lastEvents: ['RoleChanged'],
    input: { userId: pick(account.userIds), role: pick(['OWNER', 'ADMIN', 'CONTRIBUTOR', 'REVIEWER']) },
  }),
  (_account, _pick, key) => ({
    name: 'createGroup',
    lastEvents: ['GroupCreated'],
    input: { name: `Group ${key}`, parentId: null },
  }),
  (account, pick) => ({
    name: 'addGroupMember',
    lastEvents: ['GroupMemberAdded'],
    input: {
      groupId: pick(account.groupIds),
      userId: pick(account.userIds),
      role: pick(['MAINTAINER', 'MEMBER']),
    },
  }),
  (account, pick) => ({
    name: 'removeGroupMember',
    lastEvents: ['GroupMemberRemoved'],
    input: { groupId: pick(account.groupIds), userId: pick(account.userIds) },
  }),
  (account, pick) => {
    const userId = pick(account.userIds);
    const duties = [
      { kind: 'ACCOUNT_TECHNICAL_CONTACT' },
      { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT' },
      { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId: pick(account.applicationIds) },
    ];
    return {
      name: 'reassignContacts',
      lastEvents: ['ContactReassigned', 'ContactAssigned'],
      input: { reassignments: duties.map((responsibility) => ({ responsibility, userId })) },
    };
  },
];

export function randomMutation(world: SoakWorld, random: () => number, key: string): SoakMutation {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const account = pick(world.accounts);
  const { name, input, lastEvents } = pick(kinds)(account, pick, key);
  const reason = { code: 'soak', ticket: key };
  return {
    name,
    key,
    lastEvents,
    input: { accountId: account.accountId, idempotencyKey: key, reason, ...input },
  };
}

/** The document of a mutation; all of them answer alike. */
export const documentOf = (name: string): string =>
  `mutation Soak($input: ${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input!) {
  ${name}(input: $input) { outcome position events { id type revision } userErrors { code } }
}`;
