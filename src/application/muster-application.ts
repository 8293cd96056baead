import { v5 as uuidV5 } from 'uuid';
import type { AccountCommand } from '../domain/account/commands.js';
import { presets } from '../domain/account/policy.js';
import { operatorAtoms } from '../domain/account/roles.js';
import { ACCOUNT, type ImportCursor } from '../domain/account/state.js';
import type { EventActor } from '../domain/event.js';
import { type Rejection, reject } from '../domain/rejection.js';
import { stableJson } from '../domain/stable-json.js';
import type { RequestActor } from './account-commands.js';
import type { WriterParts } from './account-writer.js';
import { Accounts } from './accounts.js';
import type {
  AddUserRequest,
  Application,
  InitialiseRequest,
  LinkOperatorRequest,
  OffboardingPreview,
  OpenAccountRequest,
  PersonReference,
  PreviewRequest,
  SignInClaims,
} from './application.js';
import type { Outcome } from './outcome.js';
import { People, type PersonalDataPort } from './people.js';
import { preview } from './preview-offboarding.js';
import { RootAccount } from './root-account.js';

/** Names of accounts opened under an idempotency key; random, fixed for ever. */
const ACCOUNT_NAMESPACE = '0a8f4cf5-64b6-4f0b-bb0f-4c58a3f1c2d9';

const system: RequestActor = { kind: 'SYSTEM', id: 'muster' };

export interface ApplicationParts extends WriterParts {
  readonly personalData: PersonalDataPort;
}

export class MusterApplication implements Application {
  readonly accounts: Accounts;
  readonly people: People;
  readonly #root: RootAccount;

  constructor(readonly parts: ApplicationParts) {
    this.#root = new RootAccount(parts.store, parts.environment);
    this.accounts = new Accounts(parts, () => this.rootAccountId());
    this.people = new People(parts.store, parts.personalData, parts.environment);
  }

  /** The root operator account, or null before `initialise`; once named it never changes. */
  rootAccountId(): Promise<string | null> {
    return this.#root.accountId();
  }

  async openAccount(request: OpenAccountRequest): Promise<Outcome> {
    const { environment } = this.parts;
    const key = request.idempotencyKey ?? null;
    const accountId =
      request.accountId ??
      (key === null
        ? environment.newId()
        : uuidV5(stableJson([actorId(request.actor), key]), ACCOUNT_NAMESPACE));
    const operatorAccountId = request.operatorAccountId ?? (await this.rootAccountId());
    const badOperator = await this.#checkOperator(operatorAccountId);
    const membershipId = environment.newId();
    const { name, kind, preset } = request;
    const open = (userId: string | null): AccountCommand => ({
      type: 'openAccount',
      accountId,
      name,
      kind,
      operators: operatorAccountId === null ? [] : [operatorAccountId],
      preset,
      policy: { ...presets[preset], ...request.policy },
      owner: userId === null ? null : { userId, membershipId, permissions: [] },
    });
    const options = { ...optionsOf(request), accountId };
    if (badOperator !== null) {
      const permitted = await this.accounts.execute({ ...options, dryRun: true, commands: [open(null)] });
      return permitted.outcome === 'REJECTED'
        ? permitted
        : { outcome: 'REJECTED', accountId, rejection: badOperator };
    }
    const fingerprint = (userId: string | null) => ({
      name,
      kind,
      preset,
      policy: request.policy ?? null,
      operatorAccountId,
      userId,
    });
    if (request.owner == null)
      return this.accounts.execute({ ...options, fingerprintOf: fingerprint(null), commands: [open(null)] });
    return this.#withPerson(
      request.owner,
      request.actor,
      request.dryRun ?? false,
      'owner',
      (userId, dryRun) =>
        this.accounts.execute({
          ...options,
          dryRun,
          fingerprintOf: fingerprint(userId),
          commands: [open(userId)],
        }),
    );
  }

  async addUser(request: AddUserRequest): Promise<Outcome> {
    const { accountId, kind, role, permissions, groupIds } = request;
    const { actor, person, dryRun = false } = request;
    const membershipId = this.parts.environment.newId();
    const add = (userId: string, isDry: boolean) =>
      this.accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun: isDry,
        fingerprintOf: { userId, kind, role, permissions, groupIds },
        commands: [{ type: 'addUser', userId, membershipId, kind, role, permissions, groupIds }],
      });
    if (!(await this.#isStranger(request)))
      return this.#withPerson(person, actor, dryRun, 'person.userId', add);
    const tried = await add(this.parts.environment.newId(), true);
    return tried.outcome === 'REJECTED'
      ? tried
      : { outcome: 'REJECTED', accountId, rejection: unknownPerson('person.userId') };
  }

  /** By id a caller can name only whom the account knows; anybody else by the address they gave him. */
  async #isStranger({ accountId, actor, person }: AddUserRequest): Promise<boolean> {
    if (actor.kind !== 'USER' || !('userId' in person)) return false;
    const { userId } = person;
    return !(await this.accounts.read(accountId, ({ state }) => state.memberships.has(userId)));
  }

  async linkOperator(request: LinkOperatorRequest): Promise<Outcome> {
    const { operatorAccountId } = request;
    const operatorKind = await this.accounts.read(
      operatorAccountId,
      ({ state }) => state.account.get(ACCOUNT)?.kind ?? null,
    );
    return this.accounts.execute({
      ...optionsOf(request),
      accountId: request.accountId,
      fingerprintOf: { operatorAccountId },
      commands: [{ type: 'linkOperator', operatorAccountId, operatorKind }],
    });
  }

  async previewOffboarding(request: PreviewRequest): Promise<OffboardingPreview | Rejection> {
    const actor = await this.accounts.actorFor(request.accountId, request.actor);
    return this.accounts.read(request.accountId, (view) =>
      preview(view, request, actor, this.parts.environment.now()),
    );
  }

  signIn(claims: SignInClaims): Promise<string | null> {
    return this.people.signIn(claims);
  }

  /** How far a source's history has been imported into an account. */
  importCursor(accountId: string, source: string): Promise<ImportCursor | null> {
    return this.accounts.read(accountId, ({ state }) => state.imports.get(source) ?? null);
  }

  async initialise({ owner }: InitialiseRequest) {
    const rootAccountId = await this.#ensureRootAccount();
    if (owner === null) return { rootAccountId, userId: null };
    const userId = await this.people.ensure(owner, asEventActor(system));
    if (userId === null) throw new Error('a person referred to by identity is always found or made');
    const membershipId = this.parts.environment.newId();
    await this.accounts.execute({
      accountId: rootAccountId,
      actor: system,
      commands: [
        {
          type: 'addUser',
          userId,
          membershipId,
          kind: 'STANDARD',
          role: 'OWNER',
          permissions: operatorAtoms,
          groupIds: [],
        },
      ],
    });
    const made = await this.accounts.read(rootAccountId, ({ state }) => state.memberships.get(userId));
    if (made?.status !== 'ACTIVE' || made.role !== 'OWNER')
      throw new Error(
        `this identity is in the root operator account already, ${made?.status} with role ${made?.role}: another ` +
          'owner must reactivate the user or change the role',
      );
    return { rootAccountId, userId };
  }

  async close(): Promise<void> {
    await this.accounts.close();
  }

  async #ensureRootAccount(): Promise<string> {
    const accountId = await this.#root.ensureNamed();
    await this.accounts.execute({
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

  /** Only accounts of kind OPERATOR operate others. */
  async #checkOperator(operatorAccountId: string | null): Promise<Rejection | null> {
    if (operatorAccountId === null) return null;
    const kind = await this.accounts.read(operatorAccountId, ({ state }) => state.account.get(ACCOUNT)?.kind);
    return kind === 'OPERATOR'
      ? null
      : reject('OPERATOR_LINK_INVALID', 'Only an account of kind OPERATOR can operate this account.', {
          field: 'operatorAccountId',
        });
  }

  /**
   * Makes the person only when the account would take them: a dry run with a stand-in id comes first, so that nobody
   * without the permission can plant people.
   */
  async #withPerson(
    reference: PersonReference,
    actor: RequestActor,
    dryRun: boolean,
    field: string,
    execute: (userId: string, dryRun: boolean) => Promise<Outcome>,
  ): Promise<Outcome> {
    const known = await this.people.find(reference);
    if (known !== null) {
      const outcome = await execute(known, dryRun);
      // A dry run must not tell whether somebody is known elsewhere, nor as whom.
      const isNewHere =
        outcome.outcome === 'WOULD_APPLY' && outcome.events.some(({ type }) => type === 'UserAdded');
      return isNewHere ? execute(this.parts.environment.newId(), true) : outcome;
    }
    const tried = await execute(this.parts.environment.newId(), true);
    // A dry run makes nobody, but an unknown user id is refused in it all the same.
    if (tried.outcome === 'REJECTED' || (dryRun && !('userId' in reference))) return tried;
    const userId = await this.people.ensure(reference, asEventActor(actor));
    if (userId !== null) return execute(userId, dryRun);
    return {
      outcome: 'REJECTED',
      accountId: tried.accountId,
      rejection: unknownPerson(field),
    };
  }
}

const optionsOf = ({
  actor,
  idempotencyKey,
  dryRun,
  reason,
  correlationId,
  causationId,
  occurredAt,
}: Pick<
  AddUserRequest,
  'actor' | 'idempotencyKey' | 'dryRun' | 'reason' | 'correlationId' | 'causationId' | 'occurredAt'
>) => ({
  actor,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  ...(dryRun === undefined ? {} : { dryRun }),
  ...(reason === undefined ? {} : { reason }),
  ...(correlationId === undefined ? {} : { correlationId }),
  ...(causationId === undefined ? {} : { causationId }),
  ...(occurredAt === undefined ? {} : { occurredAt }),
});

const unknownPerson = (field: string): Rejection =>
  reject('NOT_FOUND', 'There is no such user here; name them by e-mail address.', { field });

const actorId = (actor: RequestActor): string => (actor.kind === 'USER' ? actor.userId : actor.id);

const asEventActor = (actor: RequestActor): EventActor => ({
  kind: actor.kind,
  id: actorId(actor),
  onBehalfOf: null,
  authority: null,
});
