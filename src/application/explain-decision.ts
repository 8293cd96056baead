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
import type { EventStore } from '../event-store/event-store.js';
import type { Accounts } from './accounts.js';
import type { DecisionExplanation, ExplainRequest } from './application.js';
import { requestOf, stateAt } from './past-state.js';

export interface ExplainParts {
  readonly accounts: Accounts;
  readonly store: EventStore;
}

/** Why an event could be written, from the log alone: who by which right, and the rules with what they looked at then. */
export const explainDecision = async (
  { accounts, store }: ExplainParts,
  { accountId, actor, eventId }: ExplainRequest,
): Promise<DecisionExplanation | Rejection> => {
  const asker = await accounts.actorFor(accountId, actor);
  const right = await accounts.read(accountId, ({ state }) => permitReading(state, 'audit.read', asker));
  return isRejection(right) ? right : inTurn(store, () => explain(store, `account-${accountId}`, eventId));
};

const explain = async (
  store: EventStore,
  stream: string,
  eventId: string,
): Promise<DecisionExplanation | Rejection> => {
  const request = await requestOf(store, { stream, eventId });
  const decision = decisionsIn(request?.events ?? []).find(({ events }) =>
    events.some((event) => event.eventId === eventId),
  );
  if (request === null || decision === undefined)
    return reject('NOT_FOUND', 'There is no such event in this account.', { field: 'eventId' });
  const { event, position } = request;
  const first = decision.events[0] ?? event;
  const state = await stateAt(store, { stream, revision: first.revision - 1 });
  const authority = await authorityOf(store, state, decision);
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
  store: EventStore,
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
  const held = source === null ? state : await stateAt(store, source);
  const role = held.memberships.get(id)?.role ?? null;
  return { via: source === null ? 'MEMBERSHIP' : 'OPERATOR', role, permission, source };
};

/** One at a time: each holds a whole account in memory. */
const inTurn = <T>(store: EventStore, work: () => Promise<T>): Promise<T> => {
  const mine = (lanes.get(store) ?? Promise.resolve()).then(work);
  lanes.set(
    store,
    mine.catch(() => undefined),
  );
  return mine;
};

const lanes = new WeakMap<EventStore, Promise<unknown>>();
