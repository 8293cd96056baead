import { type AccountEvent, accountEventTypes } from '../../domain/account/events.js';
import { type Responsibility, responsibilityKey } from '../../domain/account/responsibility.js';
import type { EventActor, EventReason, StoredEvent } from '../../domain/event.js';
import type { MailEvent } from '../../domain/mail/events.js';

/** What an offboarding has to show of one person in one account, from the events alone. */
export interface EvidenceSummary {
  /** Changes of the membership, in order; the last one says what it is now. */
  readonly membership: readonly Change[];
  /** Contact duties, each with its end where it has one. */
  readonly duties: readonly HeldDuty[];
  readonly groups: readonly HeldGroup[];
  /** Invitations the person has sent to others, and what became of each. */
  readonly invitationsSent: readonly { readonly invitationId: string; readonly became: string }[];
  /** A seat taken or given back. */
  readonly seats: readonly Dated[];
  /** Access that outlasts a deactivation until a session ends, and its end. */
  readonly sessions: readonly Dated[];
  readonly mails: readonly (Dated & { readonly kind: string })[];
}

interface Dated {
  readonly type: string;
  /** ISO 8601. */
  readonly at: string;
  readonly eventId: string;
}

/** With who did it and why, and the version of the policy that allowed it. */
interface Change extends Dated {
  readonly by: Pick<EventActor, 'kind' | 'id'>;
  readonly reason: EventReason | null;
  readonly policyVersion: number;
}

/** Times are ISO 8601; no end = still held. */
interface Held {
  readonly from: string;
  readonly until: string | null;
}

interface HeldDuty extends Held {
  readonly duty: Responsibility;
  /** Who took it over; null: nobody, or still held. */
  readonly successorId: string | null;
}

interface HeldGroup extends Held {
  readonly groupId: string;
}

export interface WhoseEvidence {
  readonly accountId: string;
  readonly userId: string;
}

type Evidence = StoredEvent<AccountEvent | MailEvent>;

/** Status changes by what they do to the seat; DEACTIVATED people hold none, frozen ones do (D3-21). */
const seatAfter: Readonly<Partial<Record<Evidence['type'], 'TAKEN' | 'FREE'>>> = {
  UserAdded: 'TAKEN',
  UserRejoined: 'TAKEN',
  InvitationAccepted: 'TAKEN',
  UserReactivated: 'TAKEN',
  UserReinstated: 'TAKEN',
  UserDeactivated: 'FREE',
  UserRemoved: 'FREE',
  UserLeft: 'FREE',
  UserDeleted: 'FREE',
};

const membershipTypes: ReadonlySet<string> = new Set([
  ...Object.keys(seatAfter),
  'UserInvited',
  'InvitationDeclined',
  'InvitationRevoked',
  'InvitationExpired',
  'UserFrozen',
  'UserUnfrozen',
]);

/** After these nothing is held in a group any more. */
const endings: ReadonlySet<string> = new Set(['UserRemoved', 'UserLeft', 'UserDeleted']);

const evidenceTypes: ReadonlySet<string> = new Set<string>([
  ...accountEventTypes,
  'MailRequested',
  'MailSent',
  'MailSuppressed',
  'MailFailed',
]);

/** Reads a log, or a file of it, in order: which events concern the person, and what they come to. */
export class EvidenceReader {
  readonly #membership: Change[] = [];
  readonly #duties: Mutable<HeldDuty>[] = [];
  readonly #groups: Mutable<HeldGroup>[] = [];
  readonly #sent = new Map<string, string>();
  readonly #seats: Dated[] = [];
  readonly #sessions: Dated[] = [];
  readonly #mails: (Dated & { readonly kind: string })[] = [];

  constructor(private readonly whose: WhoseEvidence) {}

  /** True when the event concerns the person; it then counts. */
  add(stored: StoredEvent): boolean {
    if (!evidenceTypes.has(stored.type)) return false;
    const event = stored as Evidence;
    const counts = this.#concerns(event);
    if (counts) this.#count(event);
    return counts;
  }

  summary(): EvidenceSummary {
    return {
      membership: this.#membership,
      duties: this.#duties,
      groups: this.#groups,
      invitationsSent: [...this.#sent].map(([invitationId, became]) => ({ invitationId, became })),
      seats: this.#seats,
      sessions: this.#sessions,
      mails: this.#mails,
    };
  }

  #concerns(event: Evidence): boolean {
    const { accountId, userId } = this.whose;
    switch (event.type) {
      case 'MailRequested':
      case 'MailSent':
      case 'MailSuppressed':
      case 'MailFailed':
        return event.data.accountId === accountId && event.data.userId === userId;
      default:
        if (event.accountId !== accountId) return false;
        if ('invitationId' in event.data && this.#sent.has(event.data.invitationId)) return true;
        return (
          event.actor.id === userId ||
          event.subjectId === userId ||
          this.#isNamedIn(event) ||
          this.#endsGroup(event)
        );
    }
  }

  #isNamedIn({ data }: Evidence): boolean {
    const { userId } = this.whose;
    const named: Readonly<Record<string, unknown>> = { ...data };
    return ['userId', 'fromUserId', 'toUserId', 'technicalContactUserId'].some(
      (key) => named[key] === userId,
    );
  }

  /** Everyone still in a deleted group is out of it, and the event names nobody. */
  #endsGroup(event: Evidence): boolean {
    if (event.type !== 'GroupDeleted') return false;
    const { groupId } = event.data;
    return this.#groups.some((held) => held.groupId === groupId && held.until === null);
  }

  #count(event: Evidence): void {
    const { userId } = this.whose;
    const { type, occurredAt: at, eventId, data, actor, reason, policyVersion } = event;
    const dated = { type, at, eventId };
    if (type.startsWith('Mail') && 'kind' in data) this.#mails.push({ ...dated, kind: data.kind });
    if ('invitationId' in data && data.userId !== userId)
      this.#countSent(event.actor.id, data.invitationId, type);
    this.#countDuties(event);
    this.#countGroups(event);
    if (!('userId' in data) || data.userId !== userId) return;
    if (membershipTypes.has(type))
      this.#membership.push({ ...dated, by: { kind: actor.kind, id: actor.id }, reason, policyVersion });
    const seat = seatAfter[type];
    if (seat !== undefined) this.#seats.push({ ...dated, type: seat });
    const lasts = type === 'UserDeactivated' && (event.data.untilSessionEnd ?? null) !== null;
    if (lasts || type === 'SessionAccessEnded') this.#sessions.push(dated);
  }

  #countSent(actorId: string, invitationId: string, type: string): void {
    if (type === 'UserInvited' && actorId === this.whose.userId) this.#sent.set(invitationId, 'OPEN');
    const became = outcomes[type];
    if (became !== undefined && this.#sent.has(invitationId)) this.#sent.set(invitationId, became);
  }

  #countDuties(event: Evidence): void {
    const { userId } = this.whose;
    const { occurredAt: at } = event;
    switch (event.type) {
      case 'ContactAssigned':
        if (event.data.userId === userId) this.#takeDuty(event.data.responsibility, at);
        return;
      case 'ContactReassigned': {
        const { responsibility, fromUserId, toUserId } = event.data;
        if (fromUserId === userId) this.#giveDutyUp(responsibility, { at, successorId: toUserId });
        if (toUserId === userId) this.#takeDuty(responsibility, at);
        return;
      }
      case 'ContactVacated':
        if (event.data.fromUserId === userId)
          this.#giveDutyUp(event.data.responsibility, { at, successorId: null });
        return;
      case 'ApplicationRetired': {
        const { applicationId, technicalContactUserId } = event.data;
        if (technicalContactUserId !== userId) return;
        for (const held of this.#duties) if (held.duty.applicationId === applicationId) held.until ??= at;
      }
    }
  }

  #takeDuty(duty: Responsibility, at: string): void {
    this.#duties.push({ duty, from: at, until: null, successorId: null });
  }

  #giveDutyUp(duty: Responsibility, { at, successorId }: { at: string; successorId: string | null }): void {
    const key = responsibilityKey(duty);
    for (const held of this.#duties) {
      if (held.until !== null || responsibilityKey(held.duty) !== key) continue;
      held.until = at;
      held.successorId = successorId;
    }
  }

  #countGroups(event: Evidence): void {
    const { userId } = this.whose;
    const { occurredAt: at } = event;
    if (event.type === 'GroupDeleted') this.#leaveGroup(event.data.groupId, at);
    else if (!('userId' in event.data) || event.data.userId !== userId) return;
    else if (event.type === 'GroupMemberAdded')
      this.#groups.push({ groupId: event.data.groupId, from: at, until: null });
    else if (event.type === 'GroupMemberRemoved') this.#leaveGroup(event.data.groupId, at);
    else if (endings.has(event.type)) for (const group of this.#groups) group.until ??= at;
  }

  #leaveGroup(groupId: string, at: string): void {
    for (const held of this.#groups) if (held.groupId === groupId) held.until ??= at;
  }
}

const outcomes: Readonly<Record<string, string>> = {
  InvitationAccepted: 'ACCEPTED',
  InvitationDeclined: 'DECLINED',
  InvitationRevoked: 'REVOKED',
  InvitationExpired: 'EXPIRED',
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
