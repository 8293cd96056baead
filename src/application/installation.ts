import { presets } from '../domain/account/policy.js';
import { operatorAtoms } from '../domain/account/roles.js';
import type { RequestActor } from './account-commands.js';
import type { Accounts } from './accounts.js';
import type { InitialiseRequest } from './application.js';
import type { Environment } from './environment.js';
import type { People } from './people.js';
import { eventActorOf } from './request-options.js';
import type { RootAccount } from './root-account.js';

const system: RequestActor = { kind: 'SYSTEM', id: 'muster' };

export interface InstallationParts {
  readonly root: RootAccount;
  readonly accounts: Accounts;
  readonly people: People;
  readonly environment: Environment;
}

/** Where all authority begins: the root operator account, and its first owner. */
export class Installation {
  constructor(private readonly parts: InstallationParts) {}

  /** Safe to repeat. */
  async initialise({ owner }: InitialiseRequest) {
    const { accounts, people, environment } = this.parts;
    const rootAccountId = await this.#ensureRootAccount();
    if (owner === null) return { rootAccountId, userId: null };
    const userId = await people.ensure(owner, eventActorOf(system));
    if (userId === null) throw new Error('a person referred to by identity is always found or made');
    await accounts.execute({
      accountId: rootAccountId,
      actor: system,
      commands: [
        {
          type: 'addUser',
          userId,
          membershipId: environment.newId(),
          kind: 'STANDARD',
          role: 'OWNER',
          permissions: operatorAtoms,
          groupIds: [],
        },
      ],
    });
    const made = await accounts.read(rootAccountId, ({ state }) => state.memberships.get(userId));
    if (made?.status !== 'ACTIVE' || made.role !== 'OWNER')
      throw new Error(
        `this identity is in the root operator account already, ${made?.status} with role ${made?.role}: another ` +
          'owner must reactivate the user or change the role',
      );
    return { rootAccountId, userId };
  }

  async #ensureRootAccount(): Promise<string> {
    const { root, accounts } = this.parts;
    const accountId = await root.ensureNamed();
    await accounts.execute({
      accountId,
      actor: system,
      commands: [
        {
          type: 'openAccount',
          accountId,
          name: 'Root operator',
          kind: 'OPERATOR',
          operators: [],
          preset: 'DEFAULT',
          policy: presets.DEFAULT,
          owner: null,
        },
      ],
    });
    return accountId;
  }
}
