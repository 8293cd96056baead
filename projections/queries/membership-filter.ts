import { memberKinds, roles } from '../../src/domain/account/roles.js';
import { membershipStatuses } from '../../src/domain/account/state.js';
import { isOnlyAsked } from './asked-in.js';
import { statusAsOf } from './membership-row.js';
import { isNameless } from './nameless.js';
import type { PageBounds } from './page.js';
import { likeTerm, MIN_INDEXED_LENGTH, searchTerm } from './people.js';
import { knownOf } from './stretches.js';

/** What a list of memberships can be narrowed by. */
export interface MembershipChoice {
  /** Default: all but REMOVED and DELETED. */
  readonly status?: readonly string[];
  readonly role?: readonly string[];
  readonly kind?: readonly string[];
  /** Part of a name or an e-mail address, without regard to case; finds nobody whose name a delete took away (D3-10), and by address only who never came in. */
  readonly search?: string;
  /** Ms, for invitations whose time is up; missing = as recorded. */
  readonly now?: number;
}

const isEnded: ReadonlySet<string> = new Set(['REMOVED', 'DELETED']);

/** What lists show unless they are asked for those who left. */
export const notEndedStatuses = membershipStatuses.filter((status) => !isEnded.has(status));

/** Word for word the condition of the index memberships_live. */
export const isLive = (alias: string): string => `${alias}.status NOT IN ('REMOVED', 'DELETED')`;

/** Exactly the statuses of the index memberships_live are chosen. */
export function isDefault({ status }: MembershipChoice): boolean {
  if (status === undefined) return true;
  return knownOf(status, membershipStatuses).join() === notEndedStatuses.join();
}

/** Conditions on `memberships`, each beginning with AND. */
export function conditionsOf(choice: MembershipChoice, alias = 'm'): string {
  const isOneOf = (column: string, list: string) =>
    `AND ${column} IN (SELECT value FROM json_each(:${list}))`;
  const conditions = [isDefault(choice) ? `AND ${isLive(alias)}` : isOneOf(statusAsOf(alias), 'status')];
  if (choice.role !== undefined) conditions.push(isOneOf(`${alias}.role`, 'role'));
  if (choice.kind !== undefined) conditions.push(isOneOf(`${alias}.kind`, 'kind'));
  if (choice.search !== undefined)
    conditions.push(
      `AND (${alias}.status <> 'DELETED' OR ${alias}.attribution = 'KEEP_NAME') AND NOT ${isNameless(alias)}`,
      // Whoever was only asked in is found by the address alone, as he is shown.
      `AND (NOT (${isOnlyAsked(alias)}) OR EXISTS (SELECT 1 FROM people.people a
        WHERE a.user_id = ${alias}.user_id AND a.email LIKE :address ESCAPE '\\'))`,
    );
  return conditions.join(' ');
}

/** The search itself, on a row found some other way; begins with AND. */
export function matchesSearch({ search }: MembershipChoice): string {
  if (search === undefined) return '';
  if (isIndexed(search))
    return `AND m.user_id IN (SELECT p.user_id FROM people.people_search s
      JOIN people.people p ON p.person_number = s.rowid WHERE s.people_search MATCH :search)`;
  return `AND EXISTS (SELECT 1 FROM people.people p WHERE p.user_id = m.user_id
    AND (p.name LIKE :search ESCAPE '\\' OR p.email LIKE :search ESCAPE '\\'))`;
}

export function isIndexed(search: string): boolean {
  return [...search].length >= MIN_INDEXED_LENGTH;
}

/**
 * The stretches of an index that hold what is chosen of an account, each in the order of joining: by status and role, or
 * by an uncommon kind. Null: the account is better read from its beginning. `account` is SQL for its id.
 */
export function stretchesOf(choice: MembershipChoice, account: string): readonly string[] | null {
  if (choice.search !== undefined) return null;
  const rest = `AND f.account_id = ${account} AND f.join_number > :after AND f.join_number < :before`;
  const stretch = (index: string, condition: string) =>
    `SELECT f.join_number AS n FROM memberships f INDEXED BY ${index} WHERE ${condition} ${rest}`;
  const kinds = knownOf(choice.kind, memberKinds);
  if (!kinds.includes('STANDARD'))
    return kinds.map((_, k) =>
      stretch(
        'memberships_by_kind',
        `f.kind <> 'STANDARD' AND f.kind = :kind ->> ${k} ${conditionsOf(choice, 'f')}`,
      ),
    );
  if (choice.role === undefined && isDefault(choice)) return null;
  const ofKind = choice.kind === undefined ? '' : 'AND f.kind IN (SELECT value FROM json_each(:kind))';
  return storedStatuses(choice).flatMap((status, s) =>
    knownOf(choice.role, roles).map((_, r) =>
      stretch(
        'memberships_by_status',
        `f.status = :stored ->> ${s} AND f.role = :role ->> ${r} ${status === 'INVITED' ? inTime(choice, 'f') : ''} ${ofKind}`,
      ),
    ),
  );
}

/** For rows found by a stored status out of `:stored`: those that time has made another of are left out. */
export function inTime(choice: MembershipChoice, alias: string): string {
  const chosen = chosenStatuses(choice);
  if (chosen.includes('INVITED') && chosen.includes('INVITATION_EXPIRED')) return '';
  return `AND (${alias}.status <> 'INVITED' OR ${statusAsOf(alias)} IN (SELECT value FROM json_each(:status)))`;
}

export function parametersOf(choice: MembershipChoice, { after, before, rows }: PageBounds) {
  const { search } = choice;
  return {
    now: choice.now ?? 0,
    status: JSON.stringify(chosenStatuses(choice)),
    stored: JSON.stringify(storedStatuses(choice)),
    role: JSON.stringify(knownOf(choice.role, roles)),
    kind: JSON.stringify(knownOf(choice.kind, memberKinds)),
    search: search === undefined ? null : isIndexed(search) ? searchTerm(search) : likeTerm(search),
    address: search === undefined ? null : likeTerm(search),
    after,
    before,
    rows,
  };
}

function chosenStatuses({ status }: MembershipChoice): readonly string[] {
  return knownOf(status ?? notEndedStatuses, membershipStatuses);
}

/** Those in the file that may read as one of the chosen: time alone makes INVITED read INVITATION_EXPIRED. */
function storedStatuses(choice: MembershipChoice): readonly string[] {
  const chosen = chosenStatuses(choice);
  return membershipStatuses.filter(
    (status) => chosen.includes(status) || (status === 'INVITED' && chosen.includes('INVITATION_EXPIRED')),
  );
}
