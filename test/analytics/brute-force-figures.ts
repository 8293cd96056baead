import type { AccountEvent } from '../../src/domain/account/events.js';
import type { StoredEvent } from '../../src/domain/event.js';

type Event = StoredEvent<AccountEvent>;

/** One account told from its raw events alone: nothing here has seen the projection. Times in ms. */
export interface ToldAccount {
  /** Everybody who was ever in or asked in, over all time, as it is known now. */
  readonly stays: readonly ToldStay[];
  readonly joins: readonly ToldMove[];
  readonly leaves: readonly ToldLeave[];
  /** After every event, in the order of the log. */
  readonly seats: readonly { at: number; inUse: number; reserved: number; limit: number | null }[];
  /** At the end. */
  readonly dutyHolders: ReadonlyMap<string, string | null>;
  readonly statusOfUser: ReadonlyMap<string, string>;
  readonly activeOwners: readonly string[];
}

export interface ToldStay {
  readonly membershipId: string;
  readonly status: string;
  readonly role: string;
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** Another status follows; this is how long it lasted. */
  readonly endedAfter: number | null;
}

interface ToldMove {
  readonly userId: string;
  readonly at: number;
  readonly place: number;
}

interface ToldLeave extends ToldMove {
  readonly offboardingMs: number;
}

const DAY = 86_400_000;

const statusAfter: Readonly<Record<string, string>> = {
  UserAdded: 'ACTIVE',
  UserRejoined: 'ACTIVE',
  UserReinstated: 'ACTIVE',
  UserInvited: 'INVITED',
  InvitationAccepted: 'ACTIVE',
  InvitationResent: 'INVITED',
  InvitationDeclined: 'REMOVED',
  InvitationRevoked: 'REMOVED',
  InvitationExpired: 'INVITATION_EXPIRED',
  UserRemoved: 'REMOVED',
  UserLeft: 'REMOVED',
  UserDeleted: 'DELETED',
  UserDeactivated: 'INACTIVE',
  UserReactivated: 'ACTIVE',
  UserFrozen: 'FROZEN',
  UserUnfrozen: 'ACTIVE',
};

const isMember = (status: string) => ['ACTIVE', 'FROZEN', 'INACTIVE'].includes(status);

export function tell(events: readonly Event[]): ToldAccount {
  return { ...tellMemberships(events), ...tellPresent(events), seats: tellSeats(events) };
}

interface Member {
  userId: string;
  status: string;
  role: string;
  kind: string;
  since: number;
  statusSince: number;
  accessOffSince: number | null;
}

function tellMemberships(events: readonly Event[]): Pick<ToldAccount, 'stays' | 'joins' | 'leaves'> {
  const orders = ordersAtEnd(events);
  const members = new Map<string, Member>();
  const [stays, joins, leaves]: [ToldStay[], ToldMove[], ToldLeave[]] = [[], [], []];
  for (const [place, { at, event }] of asCorrected(events).entries()) {
    if (!('membershipId' in event.data)) continue;
    const { membershipId, userId } = event.data;
    const before = members.get(membershipId);
    const next = afterEvent(before, event, at);
    if (next === null) continue;
    const endsStatus = before !== undefined && before.status !== next.status;
    if (before !== undefined && (endsStatus || before.role !== next.role || before.kind !== next.kind)) {
      const { status, role, kind, since, statusSince } = before;
      const endedAfter = endsStatus ? at - statusSince : null;
      stays.push({ membershipId, status, role, kind, from: since, to: at, endedAfter });
      next.since = at;
    }
    const wasMember = before !== undefined && isMember(before.status);
    if (!wasMember && isMember(next.status)) joins.push({ userId, at, place });
    if (wasMember && !isMember(next.status)) {
      const first = Math.min(at, before.accessOffSince ?? at, orders.get(event.revision) ?? at);
      leaves.push({ userId, at, place, offboardingMs: at - first });
    }
    members.set(membershipId, next);
  }
  for (const [membershipId, { status, role, kind, since }] of members)
    stays.push({ membershipId, status, role, kind, from: since, to: Infinity, endedAfter: null });
  return { stays, joins, leaves };
}

/** Null: it says nothing of status, role or kind. */
function afterEvent(before: Member | undefined, event: Event, at: number): Member | null {
  const status = statusAfter[event.type];
  if (status === undefined && event.type !== 'RoleChanged') return null;
  const { userId } = event.data as { userId: string };
  const member = before ?? {
    userId,
    status: '',
    role: '',
    kind: '',
    since: at,
    statusSince: at,
    accessOffSince: null,
  };
  if (event.type === 'RoleChanged') return { ...member, role: event.data.to };
  const next = { ...member, status: status ?? '' };
  if (
    event.type === 'UserAdded' ||
    event.type === 'UserRejoined' ||
    event.type === 'UserReinstated' ||
    event.type === 'UserInvited' ||
    event.type === 'InvitationAccepted'
  ) {
    next.role = event.data.role;
    next.kind = event.data.kind;
  }
  if (next.status !== member.status) next.statusSince = at;
  const isOff = next.status === 'FROZEN' || next.status === 'INACTIVE';
  next.accessOffSince = isOff ? (member.accessOffSince ?? at) : null;
  return next;
}

/** Every event at the time it is held to have taken effect at now; a new link alone changes nothing. */
function asCorrected(events: readonly Event[]): { at: number; event: Event }[] {
  const corrected = new Map<number, number>();
  for (const event of events)
    if (event.type === 'MembershipPeriodCorrected')
      corrected.set(event.data.correctedRevision, Date.parse(event.data.to));
  const expired = new Set<string>();
  const kept: { at: number; event: Event }[] = [];
  for (const event of events) {
    if (event.type === 'InvitationExpired') expired.add(event.data.invitationId);
    if (event.type === 'InvitationResent' && !expired.delete(event.data.invitationId)) continue;
    kept.push({ at: corrected.get(event.revision) ?? Date.parse(event.occurredAt), event });
  }
  return kept.sort((a, b) => a.at - b.at || a.event.revision - b.event.revision);
}

/** When the scheduled end was ordered that stood when a membership ended, by the revision of that end. */
function ordersAtEnd(events: readonly Event[]): ReadonlyMap<number, number> {
  const standing = new Map<string, number>();
  const found = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'EndScheduled') standing.set(event.data.membershipId, Date.parse(event.occurredAt));
    if (event.type === 'ScheduledEndCancelled' || event.type === 'ScheduledEndRun')
      standing.delete(event.data.membershipId);
    if (event.type !== 'UserRemoved' && event.type !== 'UserLeft' && event.type !== 'UserDeleted') continue;
    const orderedAt = standing.get(event.data.membershipId);
    if (orderedAt !== undefined) found.set(event.revision, orderedAt);
    standing.delete(event.data.membershipId);
  }
  return found;
}

function tellSeats(events: readonly Event[]): ToldAccount['seats'] {
  const statuses = new Map<string, string>();
  let [reserves, limit]: [boolean, number | null] = [false, null];
  return events.map((event) => {
    if (event.type === 'AccountOpened' || event.type === 'PolicyChanged')
      reserves = event.data.policy.invitationReservesSeat;
    if (event.type === 'SeatPlanChanged')
      limit = event.data.planSeats === null ? null : event.data.planSeats + event.data.addOnSeats;
    const status = statusAfter[event.type];
    if (status !== undefined && 'membershipId' in event.data) statuses.set(event.data.membershipId, status);
    const all = [...statuses.values()];
    const inUse = all.filter((one) => one === 'ACTIVE' || one === 'FROZEN').length;
    const reserved = reserves ? all.filter((one) => one === 'INVITED').length : 0;
    return { at: Date.parse(event.occurredAt), inUse, reserved, limit };
  });
}

function tellPresent(
  events: readonly Event[],
): Pick<ToldAccount, 'dutyHolders' | 'statusOfUser' | 'activeOwners'> {
  const duties = new Map<string, string | null>();
  const statusOfUser = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const event of events) {
    const status = statusAfter[event.type];
    if (status !== undefined && 'userId' in event.data) statusOfUser.set(event.data.userId, status);
    if ('role' in event.data && 'userId' in event.data && 'membershipId' in event.data)
      roles.set(event.data.userId, event.data.role);
    if (event.type === 'RoleChanged') roles.set(event.data.userId, event.data.to);
    if (event.type === 'ApplicationRetired')
      duties.delete(`APPLICATION_TECHNICAL_CONTACT ${event.data.applicationId}`);
    if (!('responsibility' in event.data)) continue;
    const { kind, applicationId } = event.data.responsibility;
    const holder =
      event.type === 'ContactAssigned'
        ? event.data.userId
        : event.type === 'ContactReassigned'
          ? event.data.toUserId
          : null;
    duties.set(`${kind} ${applicationId ?? ''}`, holder);
  }
  const isActiveOwner = (userId: string) =>
    statusOfUser.get(userId) === 'ACTIVE' && roles.get(userId) === 'OWNER';
  return { dutyHolders: duties, statusOfUser, activeOwners: [...roles.keys()].filter(isActiveOwner) };
}

/** Days since 1970, half-open. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const daysOf = ({ from, to }: Range) => Array.from({ length: to - from }, (_, i) => from + i);
const dayOf = (at: number) => Math.floor(at / DAY);
const isIn = (range: Range, at: number) => dayOf(at) >= range.from && dayOf(at) < range.to;

/** Of somebody's own stays the one that holds at the end of a day. */
const holdsAtEnd = (day: number) => (stay: ToldStay) =>
  stay.from < (day + 1) * DAY && stay.to >= (day + 1) * DAY;

export function headCount(accounts: readonly ToldAccount[], range: Range, isAsked = (_: ToldStay) => true) {
  return daysOf(range).map((day) => {
    const people = accounts.flatMap(({ stays }) => stays.filter(holdsAtEnd(day)).filter(isAsked));
    const members = people.filter(({ status }) => isMember(status));
    return {
      day,
      members: members.length,
      byStatus: countBy(people, ({ status }) => status),
      membersByRole: countBy(members, ({ role }) => role),
    };
  });
}

export function turnover(accounts: readonly ToldAccount[], range: Range) {
  const on = (day: number, moves: readonly ToldMove[]) => moves.filter(({ at }) => dayOf(at) === day).length;
  return daysOf(range).map((day) => ({
    day,
    joiners: accounts.reduce((sum, { joins }) => sum + on(day, joins), 0),
    leavers: accounts.reduce((sum, { leaves }) => sum + on(day, leaves), 0),
  }));
}

export function churn(accounts: readonly ToldAccount[], range: Range) {
  const members = headCount(accounts, range).map((day) => day.members);
  const moves = turnover(accounts, range);
  const leavers = moves.reduce((sum, day) => sum + day.leavers, 0);
  const averageMembers = members.reduce((sum, n) => sum + n, 0) / members.length;
  return {
    opening: headCount(accounts, { from: range.from - 1, to: range.from })[0]?.members,
    closing: members.at(-1),
    joiners: moves.reduce((sum, day) => sum + day.joiners, 0),
    leavers,
    averageMembers,
    rate: averageMembers === 0 ? null : leavers / averageMembers,
  };
}

export function timeInStatus(accounts: readonly ToldAccount[], range: Range) {
  const ended = accounts.flatMap(({ stays }) =>
    stays.filter(({ to, endedAfter }) => endedAfter !== null && isIn(range, to)),
  );
  return [...new Set(ended.map(({ status }) => status))].sort().map((status) => ({
    status,
    ...figures(ended.filter((stay) => stay.status === status).map(({ endedAfter }) => endedAfter ?? 0)),
  }));
}

export function timeToOffboard(accounts: readonly ToldAccount[], range: Range) {
  const lengths = accounts.flatMap(({ leaves }) =>
    leaves.filter(({ at }) => isIn(range, at)).map(({ offboardingMs }) => offboardingMs),
  );
  return { ...figures(lengths), immediate: lengths.filter((length) => length === 0).length };
}

export function rejoins(accounts: readonly ToldAccount[], range: Range, withinDays: number) {
  const back = accounts.flatMap(({ joins, leaves }) =>
    leaves
      .filter(({ at }) => isIn(range, at))
      .map((leave) =>
        joins.some(
          (join) =>
            join.userId === leave.userId && join.place > leave.place && join.at - leave.at < withinDays * DAY,
        ),
      ),
  );
  const rejoined = back.filter(Boolean).length;
  return { leavers: back.length, rejoined, rate: back.length === 0 ? null : rejoined / back.length };
}

export function seatUse(accounts: readonly ToldAccount[], range: Range) {
  return daysOf(range).map((day) => {
    const last = accounts.map(
      ({ seats }) =>
        seats.findLast(({ at }) => dayOf(at) <= day) ?? {
          inUse: 0,
          reserved: 0,
          limit: null as number | null,
        },
    );
    const limits = last.map(({ limit }) => limit);
    return {
      day,
      inUse: last.reduce((sum, { inUse }) => sum + inUse, 0),
      reserved: last.reduce((sum, { reserved }) => sum + reserved, 0),
      limit: limits.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0),
    };
  });
}

/** Written out by the textbook: rank (n - 1) q, between its neighbours. */
function figures(lengths: readonly number[]) {
  const sorted = [...lengths].sort((a, b) => a - b);
  const at = (rank: number) => sorted[rank] ?? 0;
  const quantile = (q: number) => {
    const rank = (sorted.length - 1) * q;
    const low = Math.trunc(rank);
    return rank === low ? at(low) : at(low) * (low + 1 - rank) + at(low + 1) * (rank - low);
  };
  const count = sorted.length;
  if (count === 0) return { count, meanMs: null, medianMs: null, p90Ms: null };
  const sum = sorted.reduce((total, length) => total + length, 0);
  return { count, meanMs: sum / count, medianMs: quantile(0.5), p90Ms: quantile(0.9) };
}

function countBy<T>(things: readonly T[], keyOf: (thing: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const thing of things) counts[keyOf(thing)] = (counts[keyOf(thing)] ?? 0) + 1;
  return counts;
}
