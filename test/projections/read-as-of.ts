import { expect } from 'chai';
import {
  accountRulesAsOf,
  operatorsAsOf,
  operatorsAsOfCount,
  seatsAsOf,
} from '../../projections/queries/account-rules-as-of.js';
import type { AsOf } from '../../projections/queries/as-of.js';
import { contactsCount, contactsPage } from '../../projections/queries/contacts.js';
import {
  groupMembersCount,
  groupMembersPage,
  groupsCount,
  groupsPage,
} from '../../projections/queries/groups.js';
import { invitationsAsOf, invitationsAsOfCount } from '../../projections/queries/invitations.js';
import {
  lingeringAsOf,
  lingeringAsOfCount,
  membershipsAsOf,
  membershipsAsOfCount,
} from '../../projections/queries/memberships-as-of.js';
import { applicationsPage, responsibilitiesPage } from '../../projections/queries/responsibilities.js';
import { scheduledEndsAsOf, scheduledEndsAsOfCount } from '../../projections/queries/scheduled-ends.js';
import type { ReadConnections } from '../../projections/read-connections.js';
import { membershipStatuses } from '../../src/domain/account/state.js';
import type { Folded } from './brute-force.js';

const accountId = 'a1';
const page = { limit: 200 };
const scheduledEndStatuses = ['SCHEDULED', 'CANCELLED', 'APPLIED', 'UNCHANGED', 'REFUSED', 'ENDED_EARLIER'];

/** Everything that the read model tells of account a1 at a moment; each count is held against its list. */
export function readAsOf({ members }: ReadConnections, asOf: AsOf): Folded {
  const counted = <Row>({ rows }: { readonly rows: readonly Row[] }, count: number): readonly Row[] => {
    expect(count).to.equal(rows.length);
    return rows;
  };
  const everyone = { accountId, status: membershipStatuses };
  const memberships = counted(
    membershipsAsOf(members, everyone, { asOf, page }),
    membershipsAsOfCount(members, everyone, asOf),
  );
  const groups = counted(
    groupsPage(members, { accountId, asOf }, page),
    groupsCount(members, accountId, asOf),
  );
  const groupIds = members.prepare<[], string>('SELECT group_id FROM groups').pluck().all();
  const groupMembers = groupIds.flatMap((groupId) =>
    counted(groupMembersPage(members, { groupId, asOf }, page), groupMembersCount(members, groupId, asOf)),
  );
  const contacts = counted(
    contactsPage(members, { accountId, asOf }, { after: null, limit: 200 }),
    contactsCount(members, { accountId, asOf }),
  );
  const operators = operatorsAsOf(members, accountId, { asOf, after: '', limit: 200 });
  expect(operatorsAsOfCount(members, accountId, asOf)).to.equal(operators.length);
  const invitations = counted(
    invitationsAsOf(members, { accountId }, { asOf, page }),
    invitationsAsOfCount(members, { accountId }, asOf),
  );
  const everyEnd = { accountId, status: scheduledEndStatuses };
  const scheduledEnds = counted(
    scheduledEndsAsOf(members, everyEnd, { asOf, page }),
    scheduledEndsAsOfCount(members, everyEnd, asOf),
  );
  const lingering = counted(
    lingeringAsOf(members, accountId, { asOf, page }),
    lingeringAsOfCount(members, accountId, asOf),
  );
  const rules = accountRulesAsOf(members, accountId, asOf);
  const seats = seatsAsOf(members, accountId, asOf);
  return {
    memberships: Object.fromEntries(
      memberships.map((row) => [row.membershipId, `${row.status} ${row.role} ${row.permissions}`]),
    ),
    groups: Object.fromEntries(groups.map((row) => [row.groupId, `${row.name} in ${row.parentId}`])),
    groupMembers: Object.fromEntries(groupMembers.map((row) => [`${row.groupId} ${row.userId}`, row.role])),
    duties: Object.fromEntries(
      responsibilitiesPage(members, { accountId, asOf }, page).rows.map((row) => [
        row.applicationId === null ? row.kind : `${row.kind} ${row.applicationId}`,
        `${row.userId}`,
      ]),
    ),
    contacts: Object.fromEntries(
      contacts.map((row) => [
        row.userId,
        `${row.applicationCount} ${row.isTechnicalContact} ${row.isAdministrativeContact}`,
      ]),
    ),
    rules:
      rules === null
        ? null
        : JSON.stringify([
            rules.preset,
            JSON.parse(rules.policy),
            rules.policyVersion,
            rules.planSeats,
            rules.addOnSeats,
          ]),
    operators: operators.map((row) => row.operatorAccountId),
    applications: Object.fromEntries(
      applicationsPage(members, { accountId, asOf }, page).rows.map((row) => [row.applicationId, row.name]),
    ),
    invitations: Object.fromEntries(
      invitations.map((row) => [row.invitationId, `${row.status} ${row.generation} ${row.expiresAt}`]),
    ),
    scheduledEnds: Object.fromEntries(
      scheduledEnds.map((row) => [row.scheduleId, `${row.at} ${row.status} ${row.code}`]),
    ),
    seats: `${seats.inUse} ${seats.pendingInvitations}`,
    lingering: lingering.map((row) => row.membershipId).sort(),
    inGroup: Object.fromEntries(
      groupIds.flatMap((groupId) => {
        const filter = { accountId, groupId };
        const found = counted(
          membershipsAsOf(members, filter, { asOf, page }),
          membershipsAsOfCount(members, filter, asOf),
        );
        return found.length === 0 ? [] : [[groupId, found.map((row) => row.membershipId).sort()]];
      }),
    ),
  };
}
