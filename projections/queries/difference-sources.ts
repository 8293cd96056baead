import { periodIdAt } from './as-of.js';
import { statusThen } from './memberships-as-of.js';

export const differenceKinds = [
  'POLICY',
  'SEATS',
  'OPERATOR',
  'PERSON',
  'GROUP',
  'GROUP_MEMBER',
  'RESPONSIBILITY',
  'APPLICATION',
  'INVITATION',
  'SCHEDULED_END',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** One thing of an account that is not the same at two moments. */
export interface DifferenceRow {
  /** Place in the list: the kind, then one or two numbers within it. */
  readonly key: DifferenceKey;
  readonly kind: DifferenceKind;
  readonly membershipId: string | null;
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly applicationId: string | null;
  readonly responsibility: string | null;
  readonly operatorAccountId: string | null;
  readonly invitationId: string | null;
  readonly scheduleId: string | null;
  /** JSON; null: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the events about it that lie between the moments, on either axis. */
  readonly positions: readonly number[];
}

export type DifferenceKey = readonly [kind: number, first: number, second: number];

export const NAMELESS = {
  membershipId: null,
  userId: null,
  groupId: null,
  applicationId: null,
  responsibility: null,
  operatorAccountId: null,
  invitationId: null,
  scheduleId: null,
};

/** What things of one kind there have ever been in an account `m`, and what their periods say. */
export interface DifferenceSource {
  readonly table: string;
  /** Of the same owner, says more about it. */
  readonly alsoTable?: string;
  readonly owner: string;
  readonly things: string;
  readonly ownerOf: string;
  /** The number within the kind that stands before the owner's own, where there is one. */
  readonly first?: string;
  /** Their names in a row. */
  readonly columns: string;
  /** JSON of the period `p`; `also`, of the same moment, is the period of the other table. */
  readonly jsonOf: (p: string, also: string, moment: string) => string;
}

export type KindOfPeriods = Exclude<DifferenceKind, 'POLICY' | 'SEATS' | 'OPERATOR'>;

export const isOfPeriods = (kind: DifferenceKind): kind is KindOfPeriods => kind in differenceSources;

const iso = (ms: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%S', ${ms} / 1000, 'unixepoch') || printf('.%03dZ', ${ms} % 1000)`;
const bool = (condition: string): string => `json(iif(${condition}, 'true', 'false'))`;

export const differenceSources: Readonly<Record<KindOfPeriods, DifferenceSource>> = {
  PERSON: {
    table: 'membership_periods',
    alsoTable: 'membership_mark_periods',
    owner: 'join_number',
    things: 'memberships m INDEXED BY memberships_by_account',
    ownerOf: 'm.join_number',
    columns: 'm.membership_id AS membershipId, m.user_id AS userId',
    jsonOf: (p, k, moment) => `json_object('status', ${statusThen(p, moment)}, 'endedBy', ${p}.ended_by,
      'kind', ${p}.kind, 'role', ${p}.role, 'permissions', json(${p}.permissions), 'directory', ${k}.directory,
      'untilSessionEnd', ${bool(`${p}.status = 'INACTIVE' AND ${k}.until_session_end = 1
        AND (${k}.session_latest IS NULL OR ${k}.session_latest > :${moment}clock)`)})`,
  },
  GROUP: {
    table: 'group_periods',
    owner: 'group_number',
    things: 'groups m INDEXED BY groups_by_account',
    ownerOf: 'm.group_number',
    columns: 'm.group_id AS groupId',
    jsonOf: (p) => `json_object('name', ${p}.name, 'parentId', ${p}.parent_id)`,
  },
  GROUP_MEMBER: {
    table: 'group_member_periods',
    owner: 'group_member_number',
    things: `groups m INDEXED BY groups_by_account
      CROSS JOIN group_members g INDEXED BY group_members_ever ON g.group_id = m.group_id`,
    ownerOf: 'g.group_member_number',
    first: 'm.group_number',
    columns: 'g.group_id AS groupId, g.user_id AS userId',
    jsonOf: (p) => `json_object('role', ${p}.role)`,
  },
  RESPONSIBILITY: {
    table: 'responsibility_periods',
    owner: 'responsibility_number',
    things: 'responsibilities m INDEXED BY responsibilities_by_account',
    ownerOf: 'm.responsibility_number',
    columns: 'm.kind AS responsibility, m.application_id AS applicationId',
    jsonOf: (p) => `json_object('userId', ${p}.user_id)`,
  },
  // In use exactly as long as there is the duty of its technical contact.
  APPLICATION: {
    table: 'responsibility_periods',
    owner: 'responsibility_number',
    things: `responsibilities m INDEXED BY responsibilities_by_account
      CROSS JOIN applications a INDEXED BY applications_by_id
        ON m.kind = 'APPLICATION_TECHNICAL_CONTACT' AND a.application_id = m.application_id`,
    ownerOf: 'm.responsibility_number',
    columns: 'm.application_id AS applicationId',
    jsonOf: (p) => `iif(${p}.period_id IS NULL, NULL, json_object('name', a.name))`,
  },
  INVITATION: {
    table: 'invitation_periods',
    owner: 'invitation_number',
    things: 'invitations m INDEXED BY invitations_by_account',
    ownerOf: 'm.invitation_number',
    columns: 'm.invitation_id AS invitationId, m.membership_id AS membershipId, m.user_id AS userId',
    jsonOf: (p, _, moment) => `json_object(
      'status', iif(${p}.status = 'PENDING' AND ${p}.expires_at <= :${moment}clock, 'EXPIRED', ${p}.status),
      'role', m.role, 'generation', ${p}.generation, 'expiresAt', ${iso(`${p}.expires_at`)})`,
  },
  SCHEDULED_END: {
    table: 'scheduled_end_periods',
    owner: 'schedule_number',
    things: 'scheduled_ends m INDEXED BY scheduled_ends_by_account',
    ownerOf: 'm.schedule_number',
    columns: 'm.schedule_id AS scheduleId, m.membership_id AS membershipId, m.user_id AS userId',
    jsonOf: (p) => `json_object('operation', m.operation, 'at', ${iso(`${p}.at`)}, 'status', ${p}.status,
      'code', ${p}.code)`,
  },
};

/** Joins the period of the other table that holds at the moment, as `also`. */
export const joinAlso = ({ alsoTable, owner, ownerOf }: DifferenceSource, also: string, moment: string) =>
  alsoTable === undefined
    ? ''
    : `LEFT JOIN ${alsoTable} ${also} ON ${also}.period_id = ${periodIdAt(alsoTable, owner, ownerOf, moment)}`;
