import type {
  AnswerInvitation,
  CopyInvitationLink,
  InviteUser,
  ResendInvitation,
} from '../domain/account/commands.js';
import { ACCOUNT, type Invitation, isInvited, isLive, type Membership } from '../domain/account/state.js';
import { type Rejection, reject } from '../domain/rejection.js';
import type { RequestActor } from './account-commands.js';
import type { Accounts } from './accounts.js';
import type {
  AddUserRequest,
  AnsweredInvitation,
  AnswerInvitationRequest,
  InvitationCommands,
  InvitationSeen,
  OnMemberRequest,
} from './application.js';
import type { Environment } from './environment.js';
import {
  destroyedInvitation,
  type InvitationTokens,
  invitationLink,
  type VerifiedInvitationToken,
} from './invitation-tokens.js';
import type { Newcomers } from './newcomers.js';
import { NO_TOKEN } from './no-token.js';
import type { Outcome } from './outcome.js';
import { optionsOf } from './request-options.js';

export interface InvitationsParts {
  readonly accounts: Accounts;
  readonly newcomers: Newcomers;
  readonly tokens: InvitationTokens;
  readonly environment: Environment;
  /** Address of the page that takes invitations, with `{token}` where the token goes. */
  readonly invitationUrl: () => string;
}

/** Times that a resend begins again because another one came first. */
const MAX_RESENDS = 5;

/** Asking people in. The log decides who may and what counts; the tokens themselves are made here, when needed. */
export class Invitations implements InvitationCommands {
  constructor(private readonly parts: InvitationsParts) {}

  async invite(request: AddUserRequest): Promise<Outcome> {
    const { environment, newcomers } = this.parts;
    const [membershipId, invitationId] = [environment.newId(), environment.newId()];
    const { actor, person, dryRun = false } = request;
    return newcomers.enter({
      reference: person,
      actor,
      dryRun,
      field: 'person.userId',
      membershipId,
      refusal: machineInvited(request) ?? (await newcomers.refusalOf(request)),
      execute: (userId, isDry) => this.#invite(request, { userId, membershipId, invitationId }, isDry),
    });
  }

  async resend(request: OnMemberRequest): Promise<Outcome> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#resendNext(request);
      const isOvertaken = outcome.outcome === 'REJECTED' && outcome.rejection.code === 'STALE_VALUE';
      if (!isOvertaken || attempt === MAX_RESENDS) return outcome;
    }
  }

  async copyLink(
    request: OnMemberRequest,
  ): Promise<{ readonly outcome: Outcome; readonly link: string | null }> {
    const { accountId, userId } = request;
    const destroyedInvitationId = await destroyedInvitation(this.parts, { accountId, userId });
    const command: CopyInvitationLink = { type: 'copyInvitationLink', userId, destroyedInvitationId };
    const outcome = await this.parts.accounts.execute({
      ...optionsOf(request),
      accountId,
      fingerprintOf: { userId },
      commands: [command],
    });
    const [copied] = outcome.outcome === 'APPLIED' ? outcome.events : [];
    if (copied?.type !== 'InvitationLinkCopied') return { outcome, link: null };
    const { invitationId, generation } = copied.data;
    const newest = await this.#openInvitation(request);
    if (newest?.invitationId !== invitationId || newest.generation !== generation)
      return { outcome, link: null };
    const made = await this.parts.tokens.tokenOf({ accountId, invitationId, generation });
    return { outcome, link: made === null ? null : invitationLink(this.parts.invitationUrl(), made.token) };
  }

  accept(request: AnswerInvitationRequest): Promise<Outcome> {
    return this.#answer('acceptInvitation', request);
  }

  decline(request: AnswerInvitationRequest): Promise<Outcome> {
    return this.#answer('declineInvitation', request);
  }

  async look({
    actor,
    token,
  }: {
    readonly actor: RequestActor;
    readonly token: string;
  }): Promise<InvitationSeen | null> {
    const { tokens, accounts, environment } = this.parts;
    const verified = await tokens.verify(token);
    if (verified === null) return null;
    const { accountId, invitationId } = verified;
    return accounts.read(accountId, ({ state }) => {
      const membership = actor.kind === 'USER' ? state.memberships.get(actor.userId) : undefined;
      const { invitation = null } = membership ?? {};
      const account = state.account.get(ACCOUNT);
      if (membership === undefined || account === undefined || invitation?.invitationId !== invitationId)
        return { state: 'FOR_ANOTHER_ADDRESS', promise: null };
      const { inviterId, expiresAt } = invitation;
      const { name: accountName } = account;
      return {
        state: stateOfLink(membership, { invitation, link: verified, now: environment.now() }),
        promise: { accountId, accountName, role: membership.role, inviterId, expiresAt },
      };
    });
  }

  /** The key is made only when the account would take the invitation; a repeat is answered before any token is looked at. */
  async #invite(
    request: AddUserRequest,
    ids: Pick<InviteUser, 'userId' | 'membershipId' | 'invitationId'>,
    dryRun: boolean,
  ): Promise<Outcome> {
    const { accountId, kind, role, permissions, groupIds } = request;
    const { tokens, accounts } = this.parts;
    const promised = { kind, role, permissions, groupIds };
    const execute = (tokenHash: string, isDry: boolean) =>
      accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun: isDry,
        fingerprintOf: { userId: ids.userId, ...promised },
        commands: [{ type: 'inviteUser', ...ids, ...promised, tokenHash }],
      });
    if (!dryRun && (await accounts.remembers(request))) return execute(NO_TOKEN, false);
    const tried = await execute(NO_TOKEN, true);
    if (dryRun || tried.outcome !== 'WOULD_APPLY') return tried;
    const { invitationId } = ids;
    await tokens.ensureKey(invitationId);
    const made = await tokens.tokenOf({ accountId, invitationId, generation: 1 });
    if (made === null) throw new Error('the key of a new invitation is gone already');
    return execute(made.tokenHash, false);
  }

  async #resendNext(request: OnMemberRequest): Promise<Outcome> {
    const { accountId, userId } = request;
    const { accounts, tokens } = this.parts;
    const known = await accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.invitation);
    const invitationId = known?.invitationId ?? '';
    const generation = (known?.generation ?? 0) + 1;
    const made = await tokens.tokenOf({ accountId, invitationId, generation });
    const command: ResendInvitation = {
      type: 'resendInvitation',
      userId,
      invitationId,
      generation,
      tokenHash: made?.tokenHash ?? null,
    };
    return accounts.execute({
      ...optionsOf(request),
      accountId,
      fingerprintOf: { userId },
      commands: [command],
    });
  }

  async #answer(type: AnswerInvitation['type'], request: AnswerInvitationRequest): Promise<Outcome> {
    const { actor } = request;
    const field = 'token' in request ? 'token' : 'invitationId';
    // Muster itself is nobody's invited person.
    const userId = actor.kind === 'USER' ? actor.userId : '';
    const verified = await this.#linkOf(request, userId);
    if (verified === null)
      return { outcome: 'REJECTED', accountId: '', rejection: unknownInvitation(field), at: 0 };
    const { accountId, ...answered } = verified;
    const { invitationId, generation } = answered;
    const outcome = await this.parts.accounts.execute({
      ...optionsOf(request),
      accountId,
      fingerprintOf: { invitationId, generation },
      commands: [{ type, userId, ...answered }],
    });
    return outcome.outcome === 'REJECTED' && outcome.rejection.field === 'token'
      ? { ...outcome, rejection: { ...outcome.rejection, field } }
      : outcome;
  }

  /** The link that came, or the newest of the invitation named: from there on they are decided alike. */
  async #linkOf(request: AnsweredInvitation, userId: string): Promise<VerifiedInvitationToken | null> {
    const { tokens, accounts } = this.parts;
    if ('token' in request) return tokens.verify(request.token);
    if (request.invitation === null) return null;
    const { accountId, invitationId } = request.invitation;
    const known = await accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.invitation);
    const generation = known?.invitationId === invitationId ? known.generation : 1;
    const link = { accountId, invitationId, generation };
    const made = await tokens.tokenOf(link);
    return made === null ? null : { ...link, tokenHash: made.tokenHash };
  }

  #openInvitation({ accountId, userId }: OnMemberRequest): Promise<Invitation | null> {
    const now = this.parts.environment.now();
    return this.parts.accounts.read(accountId, ({ state }) => {
      const membership = state.memberships.get(userId);
      const invitation = membership?.invitation ?? null;
      const isOpen = membership !== undefined && isInvited(membership);
      return isOpen && invitation !== null && invitation.expiresAt > now ? invitation : null;
    });
  }
}

const stateOfLink = (
  membership: Membership,
  {
    invitation,
    link,
    now,
  }: { readonly invitation: Invitation; readonly link: VerifiedInvitationToken; readonly now: number },
): InvitationSeen['state'] => {
  if (link.generation !== invitation.generation || link.tokenHash !== invitation.tokenHash)
    return 'SUPERSEDED';
  if (isLive(membership)) return 'ACCEPTED';
  if (!isInvited(membership)) return 'ENDED';
  return membership.status === 'INVITATION_EXPIRED' || invitation.expiresAt <= now ? 'EXPIRED' : 'OPEN';
};

const machineInvited = ({ kind }: AddUserRequest): Rejection | null =>
  kind === 'SERVICE'
    ? reject('INVALID_INPUT', 'A SERVICE is a machine and answers no invitation; add it instead.', {
        field: 'kind',
        useInstead: 'addUser',
      })
    : null;

const unknownInvitation = (field: 'token' | 'invitationId'): Rejection =>
  reject('NOT_FOUND', 'There is no such invitation.', { field });
