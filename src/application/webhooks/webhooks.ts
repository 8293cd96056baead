import type { WebhookAddress } from '../../domain/account/commands.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import type { CommandRequest } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import type { Environment } from '../environment.js';
import type { Outcome } from '../outcome.js';
import { optionsOf } from '../request-options.js';
import type { WebhookPoster } from './webhook-poster.js';
import type { WebhookVault } from './webhook-vault.js';

export const MAX_WEBHOOK_URL_CHARS = 1_000;

type Request = Pick<
  CommandRequest,
  'actor' | 'accountId' | 'idempotencyKey' | 'dryRun' | 'reason' | 'correlationId'
>;

export interface RegisterWebhookRequest extends Request {
  readonly url: string;
  readonly types: readonly string[];
}

/** What is null stays as it is. */
export interface ChangeWebhookRequest extends Request {
  readonly webhookId: string;
  readonly url: string | null;
  readonly types: readonly string[] | null;
  readonly isEnabled: boolean | null;
}

export interface RotateWebhookSecretRequest extends Request {
  readonly webhookId: string;
  /** Of the secret that is to be replaced. */
  readonly generation: number;
}

export interface WebhookSecretOutcome {
  readonly outcome: Outcome;
  /** `whsec_…`; null when nothing was written. Also given to a repeat under the same key, whose answer may have been lost. */
  readonly secret: string | null;
}

export interface WebhookCommands {
  register(request: RegisterWebhookRequest): Promise<WebhookSecretOutcome>;
  change(request: ChangeWebhookRequest): Promise<Outcome>;
  /** The old secret goes on signing for a while. */
  rotateSecret(request: RotateWebhookSecretRequest): Promise<WebhookSecretOutcome>;
  /** Null once the webhook is removed. */
  urlOf(webhook: { readonly webhookId: string; readonly sealedUrl: string }): Promise<string | null>;
}

export interface WebhooksParts {
  readonly accounts: Accounts;
  readonly environment: Environment;
  readonly webhookVault: WebhookVault;
  readonly webhookPoster: Pick<WebhookPoster, 'mayPostTo'>;
}

/** Nothing is sealed, and no secret made, before the account would take it. */
export class Webhooks implements WebhookCommands {
  constructor(private readonly parts: WebhooksParts) {}

  async register(request: RegisterWebhookRequest): Promise<WebhookSecretOutcome> {
    const { accounts, environment, webhookVault: vault } = this.parts;
    const { accountId, types } = request;
    const webhookId = environment.newId();
    const address = await this.#addressOf(webhookId, request.url);
    if (isRejection(address)) return { outcome: rejected(accountId, address), secret: null };
    // A repeat comes with another webhookId.
    const urlIndex = await vault.urlIndex(accountId, address.url);
    const execute = (sealedUrl: string, dryRun: boolean) =>
      accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun,
        fingerprintOf: { urlIndex, types },
        commands: [
          { type: 'registerWebhook', webhookId, address: { ...withoutUrl(address), sealedUrl }, types },
        ],
      });
    const refused = await this.#tried(request, address, () => execute('', true));
    if (refused !== null) return { outcome: refused, secret: null };
    await vault.ensureSecret({ webhookId, generation: 1 });
    const outcome = await execute(await vault.sealUrl(webhookId, address.url), false);
    return { outcome, secret: await this.#secretIn(outcome) };
  }

  async change(request: ChangeWebhookRequest): Promise<Outcome> {
    const { accounts, webhookVault: vault } = this.parts;
    const { accountId, webhookId, types, isEnabled } = request;
    const address = request.url === null ? null : await this.#addressOf(webhookId, request.url);
    if (isRejection(address)) return rejected(accountId, address);
    const execute = (sealedUrl: string, dryRun: boolean) =>
      accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun,
        fingerprintOf: { webhookId, urlIndex: address?.urlIndex ?? null, types, isEnabled },
        commands: [
          {
            type: 'changeWebhook',
            webhookId,
            address: address === null ? null : { ...withoutUrl(address), sealedUrl },
            types,
            isEnabled,
          },
        ],
      });
    const refused = await this.#tried(request, address, () => execute('', true));
    if (refused !== null) return refused;
    return execute(address === null ? '' : await vault.sealUrl(webhookId, address.url), false);
  }

  async rotateSecret(request: RotateWebhookSecretRequest): Promise<WebhookSecretOutcome> {
    const { accounts, webhookVault: vault } = this.parts;
    const { accountId, webhookId, generation } = request;
    const execute = (dryRun: boolean) =>
      accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun,
        fingerprintOf: { webhookId, generation },
        commands: [{ type: 'rotateWebhookSecret', webhookId, generation }],
      });
    const refused = await this.#tried(request, null, () => execute(true));
    if (refused !== null) return { outcome: refused, secret: null };
    await vault.ensureSecret({ webhookId, generation: generation + 1 });
    const outcome = await execute(false);
    return { outcome, secret: await this.#secretIn(outcome) };
  }

  urlOf({ webhookId, sealedUrl }: { webhookId: string; sealedUrl: string }): Promise<string | null> {
    return this.parts.webhookVault.openUrl(webhookId, sealedUrl);
  }

  /** What is answered without writing anything; null: go on. */
  async #tried(
    request: Request,
    address: Address | null,
    dryRun: () => Promise<Outcome>,
  ): Promise<Outcome | null> {
    const tried = await dryRun();
    const { accounts, webhookPoster } = this.parts;
    const { accountId, dryRun: isDry = false } = request;
    if (tried.outcome === 'WOULD_APPLY') {
      if (address !== null && !webhookPoster.mayPostTo(address.url)) return rejected(accountId, forbidden());
      return isDry ? tried : null;
    }
    // Asked again under its key it is answered as the first time.
    return isDry || !(await accounts.remembers(request)) ? tried : null;
  }

  async #addressOf(webhookId: string, text: string): Promise<Address | Rejection> {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isOne =
      url !== null &&
      ['https:', 'http:'].includes(url.protocol) &&
      url.username === '' &&
      url.password === '' &&
      url.hash === '' &&
      url.href.length <= MAX_WEBHOOK_URL_CHARS;
    if (!isOne) return malformed();
    const { href, host } = url;
    return { url: href, host, urlIndex: await this.parts.webhookVault.urlIndex(webhookId, href) };
  }

  async #secretIn(outcome: Outcome): Promise<string | null> {
    if (outcome.outcome !== 'APPLIED') return null;
    for (const { type, data } of outcome.events) {
      if (type === 'WebhookRegistered')
        return this.parts.webhookVault.secretText({ webhookId: data.webhookId, generation: 1 });
      if (type === 'WebhookSecretRotated') return this.parts.webhookVault.secretText(data);
    }
    return null;
  }
}

interface Address extends Omit<WebhookAddress, 'sealedUrl'> {
  readonly url: string;
}

const withoutUrl = ({ host, urlIndex }: Address) => ({ host, urlIndex });

const rejected = (accountId: string, rejection: Rejection): Outcome => ({
  outcome: 'REJECTED',
  accountId,
  rejection,
  at: 0,
});

const malformed = (): Rejection =>
  reject(
    'INVALID_INPUT',
    `A webhook's address is https://… with at most ${MAX_WEBHOOK_URL_CHARS} characters, without user, password or fragment.`,
    { field: 'url' },
  );

const forbidden = (): Rejection =>
  reject(
    'INVALID_INPUT',
    'Nothing is posted there: an address must be https, and public, unless MUSTER_WEBHOOK_ALLOW_PRIVATE of this installation allows its host or range.',
    { field: 'url' },
  );
