import type { MusterApplication } from '../../src/application/muster-application.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { presets } from '../../src/domain/account/policy.js';

/** Accounts in which the nodes get into each other's way. */
export interface ConflictAccounts {
  /** As many owners as there are nodes, and nobody else. */
  readonly owners: { readonly accountId: string; readonly ownerIds: readonly string[] };
  /** One seat is left. */
  readonly seats: { readonly accountId: string };
  readonly invitations: { readonly accountId: string };
}

export async function makeConflictAccounts(
  application: MusterApplication,
  { nodes, newId }: { readonly nodes: number; readonly newId: () => string },
): Promise<ConflictAccounts> {
  const rootAccountId = await application.rootAccountId();
  if (rootAccountId === null) throw new Error('there is no root operator account');
  const actor = { kind: 'SYSTEM', id: 'cluster', onBehalfOf: null, authority: null } as const;
  const people = Array.from({ length: nodes }, (_, n) => ({
    email: `owner-${n}@example.com`,
    name: `Owner ${n}`,
  }));
  const ownerIds = (await application.people.ensureAll(people, actor)).map((id) => id ?? '');
  const open = async (name: string, owners: readonly string[], further: readonly AccountCommand[] = []) => {
    const accountId = newId();
    const [first = '', ...others] = owners;
    const commands: AccountCommand[] = [
      {
        type: 'openAccount',
        accountId,
        name,
        kind: 'STANDARD',
        operators: [rootAccountId],
        preset: 'DEFAULT',
        policy: { ...presets.DEFAULT, seatEnforcement: 'HARD' },
        owner: { userId: first, membershipId: newId(), permissions: [] },
      },
      ...others.map(
        (userId): AccountCommand => ({
          type: 'addUser',
          userId,
          membershipId: newId(),
          kind: 'STANDARD',
          role: 'OWNER',
          permissions: [],
          groupIds: [],
        }),
      ),
      ...further,
    ];
    const made = await application.accounts.execute({
      accountId,
      actor: { kind: 'SYSTEM', id: 'cluster' },
      commands,
    });
    if (made.outcome !== 'APPLIED') throw new Error(`${name} was not opened: ${JSON.stringify(made)}`);
    return accountId;
  };
  const plan: AccountCommand = { type: 'changeSeatPlan', planSeats: 2, addOnSeats: 0 };
  return {
    owners: { accountId: await open('Owners', ownerIds), ownerIds },
    seats: { accountId: await open('Seats', ownerIds.slice(0, 1), [plan]) },
    invitations: { accountId: await open('Invitations', ownerIds.slice(0, 1)) },
  };
}
