import { maySee, unknownAccount } from '../../domain/account/authority.js';
import { asOfNow } from '../../domain/account/due.js';
import { type Confirmation, confirmations } from '../../domain/account/policy.js';
import { findMembership } from '../../domain/account/targets.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import type {
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

/** Part of a selection that lies in one account, under the place where the caller named it first. */
interface Part {
  readonly accountId: string;
  readonly place: number;
  readonly userIds: readonly string[];
}

/** Answers in advance what a command would meet, by deciding it and taking the decision back. */
export class Offboarding implements OffboardingQuestions {
  constructor(private readonly parts: OffboardingParts) {}

  preview(request: PreviewRequest): Promise<OffboardingPreview | Rejection> {
    return this.#standing(request, (from) => previewOf(from, request));
  }

  scheduledEndBlockers(question: ScheduledEndQuestion): Promise<readonly Rejection[] | Rejection> {
    return this.#standing(question, (from) => scheduledEndBlockers(from, question));
  }

  async availableActions(request: AvailableActionsRequest): Promise<readonly AvailableAction[] | Rejection> {
    const { actor, actions } = request;
    const parts = partsOf(request.selection);
    if (parts.length === 0 || parts.some(({ userIds }) => userIds.length === 0))
      return reject('INVALID_INPUT', 'Select at least one user in each account.', { field: 'selection' });
    for (const part of parts) {
      const unknown = await this.#standing({ ...part, actor }, (from) => unknownIn(from, part));
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

  /** One account and one action at a time, so that a long selection lets others pass in between. */
  async #availabilityOf(
    action: MemberAction,
    parts: readonly Part[],
    actor: RequestActor,
  ): Promise<AvailableAction> {
    const [first] = parts;
    const [userId] = first?.userIds ?? [];
    if (first !== undefined && userId !== undefined && parts.length === 1 && first.userIds.length === 1) {
      const destroyedInvitationId = isAboutLinks(action)
        ? await destroyedInvitation(this.parts, { accountId: first.accountId, userId })
        : null;
      const answer = await this.#standing({ ...first, actor }, (from) =>
        actionOnOne(from, { action, userId, destroyedInvitationId }),
      );
      return { ...answer, reasons: answer.reasons.map((reason) => inPart(reason, first)) };
    }
    if (!isOperation(action)) return forOneOnly(action);
    const totalItems = countedForLimit(parts);
    const taken: PartOfSelection[] = [];
    for (const part of parts) {
      const { userIds } = part;
      const some = await this.#standing({ ...part, actor }, (from) =>
        operationOnSome(from, action, { userIds, totalItems }),
      );
      taken.push({ ...some, reasons: some.reasons.map((reason) => inPart(reason, part)) });
    }
    return together(action, taken);
  }

  /** The account at its head with everything due counted as happened, and what the asker holds. */
  async #standing<T>(
    asked: { readonly accountId: string; readonly actor: RequestActor },
    look: (from: Standpoint) => T,
  ): Promise<T> {
    const { accounts, environment } = this.parts;
    const actor = await accounts.actorFor(asked.accountId, asked.actor);
    return accounts.read(asked.accountId, ({ state, head }) => {
      const occurredAt = Math.max(environment.now(), head.occurredAt);
      return asOfNow(state, occurredAt, () => look({ state, actor, occurredAt }));
    });
  }
}

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

/** One person everywhere is no mass of people. */
const countedForLimit = (parts: readonly Part[]): number => {
  const userIds = parts.flatMap((part) => part.userIds);
  return new Set(userIds).size === 1 ? 1 : userIds.length;
};

/** A reason names the part of the selection it lies in. */
const inPart = (reason: Rejection, { place }: Part): Rejection => ({
  ...reason,
  field: `selection.${place}`,
});

const forOneOnly = (action: MemberAction): AvailableAction => ({
  action,
  available: false,
  reasons: [
    reject('INVALID_INPUT', `${action} is done with one user at a time; select one.`, { field: 'selection' }),
  ],
  confirmation: null,
  reassignmentRequired: false,
});

/** Every account takes its part of the selection, and at least one of them writes something. */
const together = (action: MemberAction, parts: readonly PartOfSelection[]): AvailableAction => {
  const untaken = parts.filter(({ isTaken }) => !isTaken);
  const available = untaken.length === 0 && parts.some(({ isChanging }) => isChanging);
  const atFault = untaken.length > 0 ? untaken : parts;
  return {
    action,
    available,
    reasons: available ? [] : atFault.flatMap(({ reasons }) => reasons),
    confirmation: strictest(parts.map(({ confirmation }) => confirmation)),
    reassignmentRequired: parts.some(({ needsSuccessors }) => needsSuccessors),
  };
};

const strictest = (asked: readonly (Confirmation | null)[]): Confirmation | null =>
  confirmations.findLast((confirmation) => asked.includes(confirmation)) ?? null;
