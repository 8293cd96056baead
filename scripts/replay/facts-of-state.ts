import { type AccountFacts, factNames } from '../../projections/queries/account-facts.js';
import { responsibilityFromKey } from '../../src/domain/account/responsibility.js';
import { ACCOUNT, type AccountState, type Membership } from '../../src/domain/account/state.js';
import { statusChangesOf } from '../../src/domain/account/state-changes.js';

/** What the read model should say of a folded account: PERIODS, in its history; PRESENT, in its lists. */
export function factsOfState(state: AccountState, of: 'PERIODS' | 'PRESENT'): AccountFacts {
  const isPresent = of === 'PRESENT';
  const facts = new Map<string, Readonly<Record<string, unknown>>>();
  const account = state.account.get(ACCOUNT);
  if (isPresent && account !== undefined) {
    const { accountId: _, activeOwners: _owners, pendingInvitations: _pending, operators, ...said } = account;
    facts.set(factNames.account, { ...said, operators: [...operators].sort() });
  }
  for (const row of state.memberships.values())
    facts.set(factNames.membership(row.userId), {
      membershipId: row.membershipId,
      status: row.status,
      kind: row.kind,
      role: row.role,
      permissions: row.permissions,
      ...(isPresent ? presentOf(row) : {}),
    });
  for (const { groupId, name, parentId } of state.groups.values())
    facts.set(factNames.group(groupId), { name, parentId });
  for (const [groupId, members] of state.groupMembers.entries())
    for (const [userId, role] of members.entries())
      facts.set(factNames.groupMember(groupId, userId), { role });
  if (isPresent)
    for (const { applicationId, name } of state.applications.values())
      facts.set(factNames.application(applicationId), { name });
  for (const [key, userId] of state.contacts.entries()) {
    const { kind, applicationId } = responsibilityFromKey(key);
    if (userId !== null) facts.set(factNames.duty(kind, applicationId), { userId });
  }
  return facts;
}

function presentOf({
  status,
  transitions,
  directory,
  scheduledEnd,
  untilSessionEnd,
  invitation,
}: Membership) {
  const last = statusChangesOf(transitions).at(-1);
  return {
    statusSince: last?.at ?? null,
    statusRevision: last?.revision ?? null,
    directory,
    scheduleId: scheduledEnd?.scheduleId ?? null,
    untilSessionEnd: untilSessionEnd !== null,
    sessionLatest: untilSessionEnd?.latest ?? null,
    invitationExpiresAt: status === 'INVITED' ? (invitation?.expiresAt ?? null) : null,
  };
}
