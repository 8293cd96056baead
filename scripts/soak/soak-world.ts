import type { MusterApplication } from '../../src/application/muster-application.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { presets } from '../../src/domain/account/policy.js';

/** What the clients of a soak work on; the same people try to undo each other. */
export interface SoakWorld {
  readonly accounts: readonly SoakAccount[];
}

export interface SoakAccount {
  readonly accountId: string;
  readonly ownerId: string;
  readonly userIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly applicationIds: readonly string[];
}

const ACCOUNTS = 4;
const MEMBERS = 8;
const GROUPS = 3;
const APPLICATIONS = 2;

/** Makes the root owner, and the accounts with members, groups, applications and contact duties. */
export async function makeSoakWorld(
  application: MusterApplication,
  { issuer, subject, newId }: { issuer: string; subject: string; newId: () => string },
): Promise<SoakWorld> {
  const owner = { issuer, subject, name: 'Root Owner' };
  const { rootAccountId } = await application.initialise({ owner });
  const accounts = await Promise.all(
    Array.from({ length: ACCOUNTS }, (_, index) => makeAccount(application, { index, rootAccountId, newId })),
  );
  return { accounts };
}

async function makeAccount(
  application: MusterApplication,
  { index, rootAccountId, newId }: { index: number; rootAccountId: string; newId: () => string },
): Promise<SoakAccount> {
  const actor = { kind: 'SYSTEM', id: 'soak', onBehalfOf: null, authority: null } as const;
  const people = Array.from({ length: MEMBERS + 1 }, (_, n) => ({
    email: `member-${index}-${n}@example.com`,
    name: `Member ${index} ${n}`,
  }));
  const ids = (await application.people.ensureAll(people, actor)).map((id) => id ?? '');
  const [ownerId = '', ...userIds] = ids;
  const account: SoakAccount = {
    accountId: newId(),
    ownerId,
    userIds,
    groupIds: Array.from({ length: GROUPS }, () => newId()),
    applicationIds: Array.from({ length: APPLICATIONS }, () => newId()),
  };
  const { accountId } = account;
  const commands: AccountCommand[] = [
    {
      type: 'openAccount',
      accountId,
      name: `Soak ${index}`,
      kind: 'STANDARD',
      operators: [rootAccountId],
      preset: 'DEFAULT',
      policy: presets.DEFAULT,
      owner: { userId: ownerId, membershipId: newId(), permissions: [] },
    },
    ...account.groupIds.map(
      (groupId, n): AccountCommand => ({ type: 'createGroup', groupId, name: `Group ${n}`, parentId: null }),
    ),
    ...userIds.map(
      (userId, n): AccountCommand => ({
        type: 'addUser',
        userId,
        membershipId: newId(),
        kind: 'STANDARD',
        role: n === 0 ? 'OWNER' : 'CONTRIBUTOR',
        permissions: [],
        groupIds: account.groupIds.slice(0, 1),
      }),
    ),
    ...account.applicationIds.map(
      (applicationId, n): AccountCommand => ({
        type: 'registerApplication',
        applicationId,
        name: `Application ${n}`,
        technicalContactUserId: userIds[n] ?? ownerId,
      }),
    ),
    ...(['ACCOUNT_TECHNICAL_CONTACT', 'ACCOUNT_ADMINISTRATIVE_CONTACT'] as const).map(
      (kind): AccountCommand => ({
        type: 'assignContact',
        responsibility: { kind, applicationId: null },
        userId: userIds[2] ?? ownerId,
      }),
    ),
  ];
  const made = await application.accounts.execute({
    accountId,
    actor: { kind: 'SYSTEM', id: 'soak' },
    commands,
  });
  if (made.outcome !== 'APPLIED')
    throw new Error(`the world of the soak was not made: ${JSON.stringify(made)}`);
  return account;
}
