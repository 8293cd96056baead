import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../../domain/account/actor.js';
import { maySee, unknownAccount } from '../../domain/account/authority.js';
import { asOfNow } from '../../domain/account/due.js';
import { type Confirmation, confirmations } from '../../domain/account/policy.js';
import { findMembership } from '../../domain/account/targets.js';
import { countedForLimit } from '../../domain/bulk/progress.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import type {
  ActionsOnEachRequest,
  ActionsOnMember,
  AvailableAction,
  AvailableActionsRequest,
  MemberAction,
  OffboardingPreview,
  OffboardingQuestions,
  PreviewRequest,
  ScheduledEndQuestion,
} from '../application.js';
import type { Environment } from '../environment.js';
import { destroyedInvitation, type InvitationTokens } from '../invitation-tokens.js';
import { actionOnOne, isOperation, operationOnSome, type PartOfSelection } from './available-actions.js';
import { previewOf } from './preview.js';
import { scheduledEndBlockers } from './scheduled-end-blockers.js';
import type { Standpoint } from './trial.js';

export interface OffboardingParts {
  readonly accounts: Accounts;
  readonly tokens: InvitationTokens;
  readonly environment: Environment;
}

/** Members looked at in one go: a few milliseconds. */
const MEMBERS_AT_ONCE = 10;

/** Part of a selection that lies in one account, under the place where the caller named it first. */
interface Part {
  readonly accountId: string;
  readonly place: number;
  readonly userIds: readonly string[];
}

type Looked = ActionsOnMember & { readonly destroyedInvitationId: string | null };

/** Answers in advance what a command would meet, by deciding it and taking the decision back. */
export class Offboarding implements OffboardingQuestions {
  constructor(private readonly parts: OffboardingParts) {}

  preview(request: PreviewRequest): Promise<OffboardingPreview | Rejection> {
    const { userId } = request;
    return this.#standing({ ...request, userIds: [userId] }, (from) => previewOf(from, request));
  }

  scheduledEndBlockers(question: ScheduledEndQuestion): Promise<readonly Rejection[] | Rejection> {
    return this.#standing({ ...question, userIds: [] }, (from) => scheduledEndBlockers(from, question));
  }

  async availableActions(request: AvailableActionsRequest): Promise<readonly AvailableAction[] | Rejection> {
    const { actor, actions } = request;
    const parts = partsOf(request.selection);
    if (parts.length === 0 || parts.some(({ userIds }) => userIds.length === 0))
      return reject('INVALID_INPUT', 'Select at least one user in each account.', { field: 'selection' });
    const [only] = parts;
    if (only !== undefined && parts.length === 1 && only.userIds.length === 1)
      return this.#onOne(only, request);
    for (const part of parts) {
      const unknown = await this.#standing({ ...part, actor, userIds: [] }, (from) => unknownIn(from, part));
      if (unknown !== null) return unknown;
    }
    const answers: AvailableAction[] = [];
    for (const action of actions) {
      const answer = await this.#availabilityOf(action, parts, actor);
      // The asker may have lost the account in between.
      const unknown = answer.reasons.find(({ code }) => code === 'NOT_FOUND');
      if (unknown !== undefined) return unknown;
      answers.push(answer);
    }
    return answers;
  }

  async actionsOnEach({
    actor,
    accountId,
    members,
  }: ActionsOnEachRequest): Promise<readonly (readonly AvailableAction[] | Rejection)[]> {
    const asker = await this.parts.accounts.actorFor(accountId, actor);
    const answers: (readonly AvailableAction[] | Rejection)[] = [];
    for (let first = 0; first < members.length; first += MEMBERS_AT_ONCE) {
      const some = await this.#withLinks(accountId, members.slice(first, first + MEMBERS_AT_ONCE));
      answers.push(
        ...(await this.#standingAs({ asker, accountId, userIds: broughtBackIn(some) }, (from) =>
          some.map((one) => actionsOn(from, one)),
        )),
      );
      await setImmediate();
    }
    return answers;
  }

  /** Whether a link can still be made lies with the keys, not in the account. */
  #withLinks(accountId: string, members: readonly ActionsOnMember[]): Promise<readonly Looked[]> {
    return Promise.all(
      members.map(async (one) => {
        const { userId } = one;
        const isAsked = one.actions.some(isAboutLinks);
        const destroyedInvitationId = isAsked
          ? await destroyedInvitation(this.parts, { accountId, userId })
          : null;
        return { ...one, destroyedInvitationId };
      }),
    );
  }

  async #onOne(
    part: Part,
    { actor, actions }: AvailableActionsRequest,
  ): Promise<readonly AvailableAction[] | Rejection> {
    const { accountId, place, userIds } = part;
    const members = userIds.map((userId) => ({ userId, actions }));
    const [answer = []] = await this.actionsOnEach({ actor, accountId, members });
    if (isRejection(answer)) {
      const named = answer.field === 'accountId' ? 'accountId' : 'userIds';
      return { ...answer, field: `selection.${place}.${named}` };
    }
    return answer.map((one) => ({ ...one, reasons: one.reasons.map((reason) => inPart(reason, part)) }));
  }

  /** One account and one action at a time, so that a long selection lets others pass in between. */
  async #availabilityOf(
    action: MemberAction,
    parts: readonly Part[],
    actor: RequestActor,
  ): Promise<AvailableAction> {
    if (!isOperation(action)) return forOneOnly(action);
    const totalItems = countedForLimit(parts.flatMap(({ userIds }) => userIds));
    const taken: PartOfSelection[] = [];
    for (const part of parts) {
      const { userIds } = part;
      const asked = { accountId: part.accountId, actor, userIds: bringsBack(action) ? userIds : [] };
      const some = await this.#standing(asked, (from) =>
        operationOnSome(from, action, { userIds, totalItems }),
      );
      taken.push({ ...some, reasons: some.reasons.map((reason) => inPart(reason, part)) });
      await setImmediate();
    }
    return together(action, taken);
  }

  /**
   * The account at its head with everything due counted as happened, and what the asker holds.
   * @param asked.userIds who may be brought back by what is asked about
   */
  async #standing<T>(
    asked: {
      readonly accountId: string;
      readonly actor: RequestActor;
      readonly userIds: readonly string[];
    },
    look: (from: Standpoint) => T,
  ): Promise<T> {
    const asker = await this.parts.accounts.actorFor(asked.accountId, asked.actor);
    return this.#standingAs({ ...asked, asker }, look);
  }

  async #standingAs<T>(
    { asker: actor, accountId, userIds }: Asked,
    look: (from: Standpoint) => T,
  ): Promise<T> {
    const { accounts, environment } = this.parts;
    const erased = await accounts.erasedAmong(accountId, userIds);
    return accounts.read(accountId, ({ state, head }) => {
      const occurredAt = Math.max(environment.now(), head.occurredAt);
      return asOfNow(state, occurredAt, () => look({ state, actor, occurredAt, erased }));
    });
  }
}

interface Asked {
  readonly asker: Actor;
  readonly accountId: string;
  readonly userIds: readonly string[];
}

const bringsBack = (action: MemberAction): boolean =>
  action === 'REACTIVATE' ||
  action === 'REINSTATE' ||
  action === 'UNFREEZE' ||
  action === 'RESEND_INVITATION';

const broughtBackIn = (members: readonly ActionsOnMember[]): readonly string[] =>
  members.flatMap(({ userId, actions }) => (actions.some(bringsBack) ? [userId] : []));

/** What can be done with one member; the asker may see the account, and the member is in it. */
const actionsOn = (
  from: Standpoint,
  { userId, actions, destroyedInvitationId }: Looked,
): readonly AvailableAction[] | Rejection => {
  if (!maySee(from.state, from.actor)) return unknownAccount();
  const target = findMembership(from.state, userId);
  return isRejection(target)
    ? target
    : actions.map((action) => actionOnOne(from, { action, userId, destroyedInvitationId }));
};
const isAboutLinks = (action: MemberAction): boolean =>
  action === 'RESEND_INVITATION' || action === 'COPY_INVITATION_LINK';

/** Whoever may see an account may see who is in it. */
const unknownIn = ({ state, actor }: Standpoint, { place, userIds }: Part): Rejection | null => {
  if (!maySee(state, actor)) return { ...unknownAccount(), field: `selection.${place}.accountId` };
  const found = userIds.map((userId) => findMembership(state, userId)).find(isRejection);
  return found === undefined ? null : { ...found, field: `selection.${place}.userIds` };
};

/** Each account once, each of its people once, in the order named. */
const partsOf = (selection: AvailableActionsRequest['selection']): readonly Part[] => {
  const parts = new Map<string, { readonly place: number; readonly userIds: Set<string> }>();
  for (const [place, { accountId, userIds }] of selection.entries()) {
    const part = parts.get(accountId) ?? { place, userIds: new Set() };
    parts.set(accountId, part);
    for (const userId of userIds) part.userIds.add(userId);
  }
  return [...parts].map(([accountId, { place, userIds }]) => ({ accountId, place, userIds: [...userIds] }));
};

/** A reason names the part of the selection it lies in. */
const inPart = (reason: Rejection, { place }: Part): Rejection => ({
  ...reason,
  field: `selection.${place}`,
});

const forOneOnly = (action: MemberAction): AvailableAction => ({
  action,
  available: false,
  applicableCount: 0,
  reasons: [
    reject('INVALID_INPUT', `${action} is done with one user at a time; select one.`, { field: 'selection' }),
  ],
  confirmation: null,
  reassignmentRequired: false,
  assignableRoles: [],
});

/** Every account takes its part of the selection, and at least one of them writes something. */
const together = (action: MemberAction, parts: readonly PartOfSelection[]): AvailableAction => {
  const untaken = parts.filter(({ isTaken }) => !isTaken);
  const available = untaken.length === 0 && parts.some(({ isChanging }) => isChanging);
  const atFault = untaken.length > 0 ? untaken : parts;
  return {
    action,
    available,
    applicableCount: available ? parts.reduce((sum, { applicable }) => sum + applicable, 0) : 0,
    reasons: available ? [] : atFault.flatMap(({ reasons }) => reasons),
    confirmation: strictest(parts.map(({ confirmation }) => confirmation)),
    reassignmentRequired: parts.some(({ needsSuccessors }) => needsSuccessors),
    assignableRoles: [],
  };
};

const strictest = (asked: readonly (Confirmation | null)[]): Confirmation | null =>
  confirmations.findLast((confirmation) => asked.includes(confirmation)) ?? null;
