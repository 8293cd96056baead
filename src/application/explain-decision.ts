import { askedInPast } from '../domain/account/asked-in-past.js';
import { permitReading } from '../domain/account/authority.js';
import type { AccountEvent } from '../domain/account/events.js';
import { decisionsIn, type PastDecision } from '../domain/account/past-decision.js';
import { presets } from '../domain/account/policy.js';
import { permissionAsked } from '../domain/account/requirement.js';
import { appliedRule } from '../domain/account/rule-facts.js';
import type { AppliedRule } from '../domain/account/rules.js';
import { commandOf, rulesBehind } from '../domain/account/rules-of-event.js';
import { ACCOUNT, type AccountState } from '../domain/account/state.js';
import type { StoredEvent } from '../domain/event.js';
import { isRejection, type Rejection, reject } from '../domain/rejection.js';
import { inTurn } from './account-questions.js';
import type { Accounts } from './accounts.js';
import type { DecisionExplanation, ExplainRequest } from './application.js';
import { type PastParts, requestOf, stateAt } from './past-state.js';
import type { WorkLists } from './work-lists.js';

export interface ExplainParts extends PastParts {
  readonly accounts: Accounts;
  readonly lists: Pick<WorkLists, 'caughtUp' | 'revisionOfEvent'>;
}

/** Why an event could be written, from the log: who by which right, and the rules with what they looked at then. */
export const explainDecision = async (
  parts: ExplainParts,
  { accountId, actor, eventId }: ExplainRequest,
): Promise<DecisionExplanation | Rejection> => {
  const { accounts, lists } = parts;
  const asker = await accounts.actorFor(accountId, actor);
  const right = await accounts.read(accountId, ({ state }) => permitReading(state, 'audit.read', asker));
  if (isRejection(right)) return right;
  await lists.caughtUp();
  const stream = `account-${accountId}`;
  const revision = lists.revisionOfEvent({ stream, eventId });
  return revision === null
    ? unknownEvent()
    : inTurn(parts.store, stream, () => explain(parts, { stream, eventId, revision }));
};

const unknownEvent = (): Rejection =>
  reject('NOT_FOUND', 'There is no such event in this account.', { field: 'eventId' });

const explain = async (
  parts: PastParts,
  place: { readonly stream: string; readonly eventId: string; readonly revision: number },
): Promise<DecisionExplanation | Rejection> => {
  const { stream, eventId } = place;
  const request = await requestOf(parts.store, place);
  const decision = decisionsIn(request?.events ?? []).find(({ events }) =>
    events.some((event) => event.eventId === eventId),
  );
  if (request === null || decision === undefined) return unknownEvent();
  const { event, position } = request;
  const first = decision.events[0] ?? event;
  const state = await stateAt(parts, { stream, revision: first.revision - 1 });
  const authority = await authorityOf(parts, state, decision);
  return {
    event,
    position,
    policyVersion: event.policyVersion,
    authority,
    rules: rulesOn(state, decision, authority),
  };
};

type Decided = PastDecision<StoredEvent<AccountEvent>>;
type Authority = DecisionExplanation['authority'];

const rulesOn = (state: AccountState, decision: Decided, authority: Authority): readonly AppliedRule[] => {
  const account = state.account.get(ACCOUNT);
  if (account === undefined) return [];
  const { main } = decision;
  const inquiry = {
    state,
    account,
    authority: { ...authority, isService: main.actor.kind === 'SERVICE' },
    actorId: main.actor.id,
    occurredAt: Date.parse(main.occurredAt),
    asked: askedInPast(state, decision),
    permission: null,
  };
  return rulesBehind(main).map((code) => appliedRule(code, inquiry));
};

/** By which right it was done, as it stood before. */
const authorityOf = async (
  parts: PastParts,
  state: AccountState,
  { main, events }: Decided,
): Promise<Authority> => {
  const { id, kind, authority: source } = main.actor;
  const withoutPermission = { permission: null, source: null };
  if (kind === 'IMPORT' || kind === 'SYSTEM' || kind === 'SCHEDULER') {
    const run = events.find((event) => event.type === 'ScheduledEndRun');
    if (run === undefined) return { via: 'SYSTEM', role: null, ...withoutPermission };
    const ordered = state.memberships.get(run.data.userId)?.scheduledEnd ?? null;
    return { via: 'SCHEDULE', role: ordered?.orderedAs ?? null, ...withoutPermission };
  }
  const type = commandOf(main);
  if (type === 'acceptInvitation' || type === 'declineInvitation')
    return { via: 'INVITATION', role: null, ...withoutPermission };
  const { policy } = state.account.get(ACCOUNT) ?? { policy: presets.DEFAULT };
  const permission = type === null ? null : permissionAsked(type, policy);
  const held = source === null ? state : await stateAt(parts, source);
  const role = held.memberships.get(id)?.role ?? null;
  return { via: source === null ? 'MEMBERSHIP' : 'OPERATOR', role, permission, source };
};
