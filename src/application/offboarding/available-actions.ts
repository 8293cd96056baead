import type { AccountCommand, Successors } from '../../domain/account/commands.js';
import type { DecisionContext } from '../../domain/account/decide.js';
import { explainRefusal } from '../../domain/account/explain-refusal.js';
import {
  type Confirmation,
  type ConfirmedOperation,
  confirmedOperations,
} from '../../domain/account/policy.js';
import { eligibleSuccessors } from '../../domain/account/settle-duties.js';
import { ACCOUNT, type AccountState } from '../../domain/account/state.js';
import { alreadyDone } from '../../domain/account/targets.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import type { AvailableAction, MemberAction, PreviewedOperation } from '../application.js';
import { availability } from './availability.js';
import { blockers, openCase } from './blockers.js';
import { type ActionOnMember, actionCommands } from './member-action.js';
import { confirmedAs, noSuccessors, operationCommand, validConfirmation } from './operation-command.js';
import { type Standpoint, type Trial, tryOnce, tryOut } from './trial.js';

/** Whether an action on one member would write anything, by deciding each way to do it. */
export const actionOnOne = (from: Standpoint, on: ActionOnMember): AvailableAction => {
  const { state } = from;
  const { action, userId } = on;
  const ways = (successors: Successors) =>
    actionCommands(from, on, successors).map((command) => ({ command, trial: tryOut(from, [command]) }));
  const plain = ways(noSuccessors);
  const needsSuccessors = plain[0]?.trial.refusals.get(0)?.code === 'REASSIGNMENT_REQUIRED';
  const forAll = needsSuccessors ? someSuccessor(state, userId) : null;
  const tried = forAll === null ? plain : ways({ forAll, each: [] });
  const open = tried.filter(({ trial }) => trial.events.length > 0);
  const available = open.length > 0;
  const [way = tried[0]] = open;
  return {
    action,
    available,
    applicableCount: available ? 1 : 0,
    reasons: available
      ? []
      : tried.slice(0, 1).flatMap(({ command, trial }) => whyNot(state, command, trial)),
    confirmation: confirmationOf(state, action, way?.command),
    reassignmentRequired: needsSuccessors,
    assignableRoles: open
      .flatMap(({ command }) => (command.type === 'changeRole' ? [command.role] : []))
      .reverse(),
  };
};

const confirmationOf = (
  state: AccountState,
  action: MemberAction,
  way: AccountCommand | undefined,
): Confirmation | null => {
  if (way?.type === 'scheduleEnd') return confirmationAsked(state, way.operation, 'single');
  return isPreviewed(action) ? confirmationAsked(state, confirmedAs(action), 'single') : null;
};

/** What one account would do with its part of a selection. */
export interface PartOfSelection {
  /** The selection as such is not refused. */
  readonly isTaken: boolean;
  /** Something would be written. */
  readonly isChanging: boolean;
  /** Why not; empty when something would be. */
  readonly reasons: readonly Rejection[];
  readonly confirmation: Confirmation | null;
  readonly needsSuccessors: boolean;
  /** Of how many people it could be done to. */
  readonly applicable: number;
}

/**
 * What one account would do with its part of a selection, where one refusal leaves the others to go ahead: that is how
 * the bulk mutations work unless they are told otherwise.
 */
export const operationOnSome = (
  from: Standpoint,
  operation: ConfirmedOperation,
  { userIds, totalItems }: { readonly userIds: readonly string[]; readonly totalItems: number },
): PartOfSelection => {
  const { state } = from;
  const confirmation = confirmationAsked(state, operation, 'bulk');
  const itemsWith = (successors: Successors) =>
    userIds.map((userId) => {
      const on = { operation, userId };
      return operationCommand(on, validConfirmation(state, on, 'bulk'), successors);
    });
  const items = itemsWith(noSuccessors);
  const refusal = tryOnce(from, [{ type: 'selectForBulk', items, totalItems }]).refusals.get(0);
  if (refusal !== undefined)
    return {
      isTaken: false,
      isChanging: false,
      reasons: [refusal],
      confirmation,
      needsSuccessors: false,
      applicable: 0,
    };

  const plain = tryOnce(from, items);
  const leavers = [...plain.refusals].flatMap(([place, { code }]) =>
    code === 'REASSIGNMENT_REQUIRED' ? userIds.slice(place, place + 1) : [],
  );
  const trial =
    plain.events.length > 0
      ? plain
      : (helped(state, leavers, (forAll) => tryOnce(from, itemsWith({ forAll, each: [] }))) ?? plain);
  const isChanging = trial.events.length > 0;
  const reasons =
    trial.refusals.size > 0
      ? byCode(trial, userIds)
      : items.slice(0, 1).map((item) => doneAlready(state, item, trial.context));
  return {
    isTaken: true,
    isChanging,
    reasons: isChanging ? [] : reasons,
    confirmation,
    needsSuccessors: leavers.length > 0,
    applicable: items.filter((item, at) => availability(from, item, { trial, at }).available).length,
  };
};

export const isOperation = (action: MemberAction): action is ConfirmedOperation =>
  (confirmedOperations as readonly MemberAction[]).includes(action);

const isPreviewed = (action: MemberAction): action is PreviewedOperation =>
  action === 'LEAVE' || isOperation(action);

/**
 * Somebody who could take the leaver's duties over. In a selection it may be one of those selected: he is still there
 * when it comes to the leaver, unless something has been written about him by then.
 */
const someSuccessor = (state: AccountState, leaverId: string): string | null => {
  const [first = null] = eligibleSuccessors(state, leaverId);
  return first;
};

/** With the first successor who gets one of the leavers out; null: none does. Most leavers have the same one. */
const helped = (
  state: AccountState,
  leavers: readonly string[],
  tryWith: (successor: string) => Trial,
): Trial | null => {
  const successors = new Set(leavers.map((leaver) => someSuccessor(state, leaver)));
  let tried: Trial | null = null;
  for (const successor of successors) {
    if (successor === null) continue;
    tried = tryWith(successor);
    if (tried.events.length > 0) break;
  }
  return tried;
};

const whyNot = (state: AccountState, command: AccountCommand, trial: Trial): readonly Rejection[] => {
  const refusal = trial.refusals.get(0) ?? doneAlready(state, command, trial.context);
  if (!('confirmation' in command) || command.type === 'scheduleEnd') return [refusal];
  const given = openCase(state, command, trial.context);
  const others = isRejection(given) ? [] : blockers(given, command);
  return [refusal, ...others.filter(({ code }) => code !== refusal.code)];
};

const doneAlready = (state: AccountState, command: AccountCommand, context: DecisionContext): Rejection =>
  explainRefusal(alreadyDone(command.type), { state, command, context });

/** One refusal of each kind, with all the people it meets. */
const byCode = ({ refusals }: Trial, userIds: readonly string[]): readonly Rejection[] => {
  const kinds = new Map<string, { readonly rejection: Rejection; readonly userIds: string[] }>();
  for (const [place, rejection] of refusals) {
    const kind = kinds.get(rejection.code) ?? { rejection, userIds: [] };
    kinds.set(rejection.code, kind);
    const userId = userIds[place];
    if (userId !== undefined) kind.userIds.push(userId);
  }
  return [...kinds.values()].map((kind) => ({ ...kind.rejection, userIds: kind.userIds }));
};

/** Null: nothing. */
const confirmationAsked = (
  state: AccountState,
  operation: ConfirmedOperation,
  how: 'single' | 'bulk',
): Confirmation | null => {
  const asked = state.account.get(ACCOUNT)?.policy.confirmation[operation][how] ?? 'NONE';
  return asked === 'NONE' ? null : asked;
};
