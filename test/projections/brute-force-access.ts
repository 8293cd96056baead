import type { StoredEvent } from '../../src/domain/event.js';

/** What a fold says of rules, operators, applications and what is still to come; nothing here is ever corrected. */
export interface FoldedRules {
  /** Null: not opened yet. */
  readonly rules: string | null;
  readonly operators: readonly string[];
  readonly applications: Readonly<Record<string, string>>;
  readonly invitations: Readonly<Record<string, string>>;
  readonly scheduledEnds: Readonly<Record<string, string>>;
}

/** What decides access beside status and role; by membership. */
export interface Marks {
  expiresAt: number | null;
  session: { readonly latest: number | null } | null;
}

/** @param events those that had happened and were known, as they happened */
export function foldRules(events: readonly StoredEvent[], at: number): FoldedRules {
  let rules: readonly unknown[] | null = null;
  let plan: readonly unknown[] = [null, 0];
  const operators = new Set<string>();
  const applications = new Map<string, string>();
  const invitations = new Map<
    string,
    { membershipId: string; status: string; generation: number; expiresAt: number }
  >();
  const scheduled = new Map<
    string,
    { membershipId: string; at: string; status: string; code: string | null }
  >();
  /** The invitation by which somebody is INVITED or INVITATION_EXPIRED; by membership. */
  const newest = new Map<string, string>();
  const endAll = (membershipId: string) => {
    const invitation = invitations.get(newest.get(membershipId) ?? '');
    if (invitation !== undefined) invitation.status = 'REMOVED';
    newest.delete(membershipId);
    for (const one of scheduled.values())
      if (one.membershipId === membershipId && one.status === 'SCHEDULED') one.status = 'ENDED_EARLIER';
  };
  for (const event of events) {
    switch (event.type) {
      case 'AccountOpened': {
        const { preset, policy, policyVersion: version } = event.data;
        rules = [preset, policy, version];
        for (const id of event.data.operators) operators.add(id);
        break;
      }
      case 'PolicyChanged': {
        const { preset, policy, policyVersion: version } = event.data;
        rules = [preset, policy, version];
        break;
      }
      case 'SeatPlanChanged':
        plan = [event.data.planSeats, event.data.addOnSeats];
        break;
      case 'OperatorLinked':
        operators.add(event.data.operatorAccountId);
        break;
      case 'OperatorUnlinked':
        operators.delete(event.data.operatorAccountId);
        break;
      case 'ApplicationRegistered':
        applications.set(event.data.applicationId, event.data.name);
        break;
      case 'ApplicationRetired':
        applications.delete(event.data.applicationId);
        break;
      case 'UserInvited':
      case 'InvitationResent': {
        const { invitationId, membershipId, generation, expiresAt } = event.data;
        const link = { membershipId, generation, expiresAt: Date.parse(expiresAt) };
        invitations.set(invitationId, { ...link, status: 'PENDING' });
        newest.set(membershipId, invitationId);
        break;
      }
      case 'InvitationAccepted':
      case 'InvitationDeclined':
      case 'InvitationRevoked':
      case 'InvitationExpired': {
        const invitation = invitations.get(event.data.invitationId);
        if (invitation !== undefined) invitation.status = event.type.slice('Invitation'.length).toUpperCase();
        if (event.type !== 'InvitationExpired') newest.delete(event.data.membershipId);
        break;
      }
      case 'UserRemoved':
      case 'UserLeft':
      case 'UserDeleted':
        endAll(event.data.membershipId);
        break;
      case 'UserAdded':
      case 'UserRejoined':
      case 'UserReinstated':
        newest.delete(event.data.membershipId);
        break;
      case 'EndScheduled':
        scheduled.set(event.data.scheduleId, { ...event.data, status: 'SCHEDULED', code: null });
        break;
      case 'EndRescheduled':
      case 'ScheduledEndCancelled':
      case 'ScheduledEndRun': {
        const order = scheduled.get(event.data.scheduleId);
        if (order === undefined) break;
        if (event.type === 'EndRescheduled') order.at = event.data.to;
        if (event.type === 'ScheduledEndCancelled') order.status = 'CANCELLED';
        if (event.type === 'ScheduledEndRun')
          Object.assign(order, { status: event.data.outcome, code: event.data.code });
        break;
      }
      default:
    }
  }
  const isOver = (one: { status: string; expiresAt: number }) =>
    one.status === 'PENDING' && one.expiresAt <= at;
  return {
    rules: rules === null ? null : JSON.stringify([...rules, ...plan]),
    operators: [...operators].sort(),
    applications: Object.fromEntries(applications),
    invitations: Object.fromEntries(
      [...invitations].map(([id, one]) => [
        id,
        `${isOver(one) ? 'EXPIRED' : one.status} ${one.generation} ${one.expiresAt}`,
      ]),
    ),
    scheduledEnds: Object.fromEntries(
      [...scheduled].map(([id, one]) => [id, `${Date.parse(one.at)} ${one.status} ${one.code}`]),
    ),
  };
}

export function foldMarks(events: readonly StoredEvent[]): ReadonlyMap<string, Marks> {
  const marks = new Map<string, Marks>();
  for (const event of events) {
    switch (event.type) {
      case 'UserInvited':
      case 'InvitationResent':
        marks.set(event.data.membershipId, { expiresAt: Date.parse(event.data.expiresAt), session: null });
        break;
      case 'UserDeactivated': {
        const { untilSessionEnd = null, membershipId } = event.data;
        const latest = untilSessionEnd?.latest ?? null;
        const session =
          untilSessionEnd === null ? null : { latest: latest === null ? null : Date.parse(latest) };
        marks.set(membershipId, { expiresAt: null, session });
        break;
      }
      case 'UserAdded':
      case 'UserRejoined':
      case 'UserReinstated':
      case 'UserReactivated':
      case 'InvitationAccepted':
      case 'InvitationExpired':
      case 'InvitationDeclined':
      case 'InvitationRevoked':
      case 'SessionAccessEnded':
      case 'UserRemoved':
      case 'UserLeft':
      case 'UserDeleted':
        marks.delete(event.data.membershipId);
        break;
      default:
    }
  }
  return marks;
}
