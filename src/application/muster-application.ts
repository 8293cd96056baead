import type { PermissionAtom } from '../domain/account/roles.js';
import type { ImportCursor } from '../domain/account/state.js';
import type { Rejection } from '../domain/rejection.js';
import type { RequestActor } from './account-commands.js';
import { AccountOpenings } from './account-openings.js';
import type { WriterParts } from './account-writer.js';
import { Accounts } from './accounts.js';
import type {
  AddUserRequest,
  Application,
  DecisionExplanation,
  ExplainRequest,
  InitialiseRequest,
  LinkOperatorRequest,
  NotifyUserRequest,
  OpenAccountRequest,
  ReplayPage,
  ReplayRequest,
  SessionEndedRequest,
  SignInClaims,
} from './application.js';
import { AuditReadings } from './audit-readings.js';
import { BulkOperations } from './bulk/bulk-operations.js';
import type { PlaceLimits } from './command-places.js';
import { PersonCommands } from './erasure/person-commands.js';
import { rootAuthorityOf } from './erasure/root-authority.js';
import { explainDecision } from './explain-decision.js';
import { Installation } from './installation.js';
import type { InvitationTokens } from './invitation-tokens.js';
import { Invitations } from './invitations.js';
import { Newcomers } from './newcomers.js';
import { Notifications } from './notifications.js';
import { Offboarding } from './offboarding/offboarding.js';
import type { Outcome } from './outcome.js';
import { People } from './people.js';
import type { PersonalDataPort } from './personal-data-port.js';
import { pseudonymFrom } from './pseudonym.js';
import { Refusals } from './refusals.js';
import { replayPage } from './replay-question.js';
import { optionsOf } from './request-options.js';
import { RootAccount } from './root-account.js';
import { Sessions } from './sessions.js';
import type { WebhookPoster } from './webhooks/webhook-poster.js';
import type { WebhookVault } from './webhooks/webhook-vault.js';
import { Webhooks } from './webhooks/webhooks.js';
import { type WorkLists, WorkListsToCome } from './work-lists.js';

export interface ApplicationParts extends WriterParts {
  readonly personalData: PersonalDataPort;
  readonly invitationTokens: InvitationTokens;
  /** Address of the page that takes invitations, with `{token}` where the token goes. */
  readonly invitationUrl: () => string;
  readonly webhookVault: WebhookVault;
  readonly webhookPoster: WebhookPoster;
  /** This process among several on one log. Default: the only one. */
  readonly nodeId?: string;
  /** How many commands may wait; default: defaultPlaces. */
  readonly places?: PlaceLimits;
}

const ONLY_NODE = 'main';

/** The writing side put together; everything it does is done by one of its parts. */
export class MusterApplication implements Application {
  readonly accounts: Accounts;
  readonly people: People;
  readonly invitations: Invitations;
  readonly bulk: BulkOperations;
  readonly offboarding: Offboarding;
  readonly persons: PersonCommands;
  readonly webhooks: Webhooks;
  readonly refusals: Refusals;
  readonly auditReadings: AuditReadings;
  readonly #lists = new WorkListsToCome();
  readonly #root: RootAccount;
  readonly #installation: Installation;
  readonly #newcomers: Newcomers;
  readonly #openings: AccountOpenings;
  readonly #notifications: Notifications;
  readonly #sessions: Sessions;

  constructor(readonly parts: ApplicationParts) {
    const { store, environment, report, personalData, invitationTokens: tokens, invitationUrl } = parts;
    const rootAccountId = () => this.rootAccountId();
    const root = new RootAccount(store, environment);
    const accounts = new Accounts(parts, rootAccountId);
    const people = new People(store, personalData, environment);
    const newcomers = new Newcomers({ accounts, people, environment, rootAccountId });
    const lists = this.#lists;
    this.#root = root;
    this.accounts = accounts;
    this.people = people;
    this.#newcomers = newcomers;
    this.#installation = new Installation({ root, accounts, people, environment });
    this.#openings = new AccountOpenings({ accounts, newcomers, environment, rootAccountId });
    this.invitations = new Invitations({ accounts, newcomers, tokens, environment, invitationUrl });
    this.bulk = new BulkOperations({ accounts, store, environment, report, lists });
    this.offboarding = new Offboarding({ accounts, tokens, environment });
    this.persons = new PersonCommands({ store, environment, accounts, rootAccountId, lists });
    this.webhooks = new Webhooks({ ...parts, accounts });
    this.refusals = new Refusals({ store, environment, report, nodeId: parts.nodeId ?? ONLY_NODE });
    this.auditReadings = new AuditReadings({ store, environment, rootAccountId });
    this.#notifications = new Notifications(accounts, personalData);
    this.#sessions = new Sessions({ accounts, people, lists, environment });
  }

  /** From now on questions across accounts can be answered. */
  connect(lists: WorkLists): void {
    this.#lists.connect(lists);
  }

  /** The root operator account, or null before `initialise`; once named it never changes. */
  rootAccountId(): Promise<string | null> {
    return this.#root.accountId();
  }

  openAccount(request: OpenAccountRequest): Promise<Outcome> {
    return this.#openings.open(request);
  }

  linkOperator(request: LinkOperatorRequest): Promise<Outcome> {
    return this.#openings.linkOperator(request);
  }

  async addUser(request: AddUserRequest): Promise<Outcome> {
    const { accountId, actor, person, dryRun = false } = request;
    const { kind, role, permissions, groupIds } = request;
    const membershipId = this.parts.environment.newId();
    return this.#newcomers.enter({
      reference: person,
      actor,
      dryRun,
      field: 'person.userId',
      membershipId,
      refusal: await this.#newcomers.refusalOf(request),
      execute: (userId, isDry) =>
        this.accounts.execute({
          ...optionsOf(request),
          accountId,
          dryRun: isDry,
          fingerprintOf: { userId, kind, role, permissions, groupIds },
          commands: [{ type: 'addUser', userId, membershipId, kind, role, permissions, groupIds }],
        }),
    });
  }

  notifyUser(request: NotifyUserRequest): Promise<Outcome> {
    return this.#notifications.notify(request);
  }

  sessionEnded(request: SessionEndedRequest): Promise<readonly Outcome[] | Rejection> {
    return this.#sessions.ended(request);
  }

  explainDecision(request: ExplainRequest): Promise<DecisionExplanation | Rejection> {
    const { store, snapshots } = this.parts;
    return explainDecision({ accounts: this.accounts, store, snapshots, lists: this.#lists }, request);
  }

  replay(request: ReplayRequest): Promise<ReplayPage | Rejection> {
    const { store, snapshots } = this.parts;
    return replayPage({ accounts: this.accounts, store, snapshots }, request);
  }

  async refusalInRoot(actor: RequestActor, permission: PermissionAtom): Promise<Rejection | null> {
    const { accounts } = this;
    const held = await rootAuthorityOf(
      { accounts, rootAccountId: () => this.rootAccountId() },
      actor,
      permission,
    );
    return 'code' in held ? held : null;
  }

  async pseudonymOf(accountId: string, userId: string): Promise<string> {
    return pseudonymFrom(await this.parts.personalData.pseudonymIndex(accountId, userId));
  }

  signIn(claims: SignInClaims): Promise<string | null> {
    return this.people.signIn(claims);
  }

  /** How far a source's history has been imported into an account. */
  importCursor(accountId: string, source: string): Promise<ImportCursor | null> {
    return this.accounts.read(accountId, ({ state }) => state.imports.get(source) ?? null);
  }

  initialise(request: InitialiseRequest) {
    return this.#installation.initialise(request);
  }

  async close(): Promise<void> {
    await this.refusals.close();
    await this.accounts.close();
  }
}
