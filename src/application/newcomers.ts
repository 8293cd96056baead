import { denied } from '../domain/account/authority.js';
import { holds } from '../domain/account/holds.js';
import type { MemberKind } from '../domain/account/roles.js';
import { type Rejection, reject } from '../domain/rejection.js';
import type { RequestActor } from './account-commands.js';
import type { Accounts } from './accounts.js';
import type { AddUserRequest, PersonReference } from './application.js';
import type { Environment } from './environment.js';
import type { Outcome } from './outcome.js';
import type { People } from './people.js';
import { eventActorOf } from './request-options.js';

export interface NewcomersParts {
  readonly accounts: Accounts;
  readonly people: People;
  readonly environment: Environment;
  readonly rootAccountId: () => Promise<string | null>;
}

/** A command about somebody whom Muster may have to make first. */
export interface Entrance {
  readonly reference: PersonReference;
  readonly actor: RequestActor;
  readonly dryRun: boolean;
  /** Where the person stands in the input. */
  readonly field: string;
  /** Fresh: an event that carries it begins a membership. */
  readonly membershipId: string;
  /** What stands against it beside the account's own rules; told only to whom the account would have let. */
  readonly refusal: Rejection | null;
  readonly execute: (userId: string, dryRun: boolean) => Promise<Outcome>;
}

/** Finds or makes the people who come into accounts. */
export class Newcomers {
  constructor(private readonly parts: NewcomersParts) {}

  /**
   * Makes the person only when the account would take them: a dry run with a stand-in id comes first, so that nobody
   * without the permission can plant people.
   */
  async enter(entrance: Entrance): Promise<Outcome> {
    const { reference, dryRun, refusal, execute } = entrance;
    if (refusal !== null) return this.#refuse(entrance, refusal);
    const known = await this.parts.people.find(reference);
    if (known !== null) {
      const outcome = await execute(known, dryRun);
      // Whom an address names, here before or elsewhere, a dry run must not tell: a delete may have taken the name away.
      const isTelling = !('userId' in reference) && isNewHere(outcome, entrance);
      return isTelling ? execute(this.parts.environment.newId(), true) : outcome;
    }
    const tried = await execute(this.parts.environment.newId(), true);
    // A dry run makes nobody, but an unknown user id is refused in it all the same.
    if (tried.outcome === 'REJECTED' || (dryRun && !('userId' in reference))) return tried;
    const userId = await this.parts.people.ensure(reference, eventActorOf(entrance.actor));
    return userId === null ? this.#refuse(entrance, unknownPerson(entrance.field)) : execute(userId, dryRun);
  }

  /** Why this person cannot come in as this, whoever they are; null when nothing is against it. */
  async refusalOf({ accountId, actor, person, kind }: AddUserRequest): Promise<Rejection | null> {
    if (actor.kind !== 'USER' || !('userId' in person)) return this.refusalOfIdentity(actor, person, kind);
    const { userId } = person;
    const known = await this.parts.accounts.read(accountId, ({ state }) => state.memberships.get(userId));
    // By id a caller can name only whom the account knows; anybody else by the address they gave him. A delete may have
    // taken the name away (D3-10), and nobody comes by it through an id that was left.
    if (known === undefined || known.status === 'DELETED') return unknownPerson('person.userId');
    return kind === 'SERVICE' && known.kind !== 'SERVICE' ? noMachine() : null;
  }

  /** An identity is claimed for good by whoever names it first, so that only root may, and only a machine's. */
  async refusalOfIdentity(
    actor: RequestActor,
    person: PersonReference,
    kind: MemberKind,
  ): Promise<Rejection | null> {
    if (actor.kind !== 'USER') return null;
    if ('email' in person) return kind === 'SERVICE' ? noMachine() : null;
    if ('userId' in person) return null;
    if (kind !== 'SERVICE')
      return reject('INVALID_INPUT', 'Name people by e-mail address; only a SERVICE is named by identity.', {
        field: 'kind',
      });
    return (await this.#mayCreateAccounts(actor.userId))
      ? null
      : denied('accounts.create', 'the root operator account');
  }

  async #mayCreateAccounts(userId: string): Promise<boolean> {
    const root = await this.parts.rootAccountId();
    if (root === null) return false;
    return this.parts.accounts.read(root, ({ state }) => {
      const membership = state.memberships.get(userId);
      return membership !== undefined && holds(membership, 'accounts.create');
    });
  }

  /** The account's own refusal comes first, so that whoever may not do it learns nothing else. */
  async #refuse({ execute }: Entrance, rejection: Rejection): Promise<Outcome> {
    const tried = await execute(this.parts.environment.newId(), true);
    const { accountId } = tried;
    return tried.outcome === 'REJECTED' ? tried : { outcome: 'REJECTED', accountId, rejection, at: 0 };
  }
}

const isNewHere = (outcome: Outcome, { membershipId }: Entrance): boolean =>
  outcome.outcome === 'WOULD_APPLY' &&
  outcome.events.some((event) => 'membershipId' in event.data && event.data.membershipId === membershipId);

const unknownPerson = (field: string): Rejection =>
  reject('NOT_FOUND', 'There is no such user here; name them by e-mail address.', { field });

const noMachine = (): Rejection =>
  reject('INVALID_INPUT', 'A SERVICE is a machine: name it by the issuer and subject of its tokens.', {
    field: 'kind',
  });
