import {
  type InvitationRow,
  type InvitedMembership,
  invitationForUser,
  invitationOf,
  invitationsCount,
  invitationsForUser,
  invitationsPage,
} from '../projections/queries/invitations.js';
import { lingeringCount, lingeringMembers, type MembershipRow } from '../projections/queries/memberships.js';
import type { Page, PageRequest } from '../projections/queries/page.js';
import {
  type ScheduledEndRow,
  scheduledEndOf,
  scheduledEndsCount,
  scheduledEndsPage,
} from '../projections/queries/scheduled-ends.js';
import { type SeatCounts, seatsOf } from '../projections/queries/seats.js';
import type { ReadDatabases } from './reads.js';

export type { InvitationRow, ScheduledEndRow, SeatCounts };

/** What is still to come in an account: who was asked in, whose access runs out, who is to go; and the seats for it. */
export class PendingReads {
  readonly #databases: () => ReadDatabases;
  readonly #now: () => number;

  constructor(databases: () => ReadDatabases, now: () => number) {
    this.#databases = databases;
    this.#now = now;
  }

  /** The newest invitation to the membership, whatever became of it. */
  invitation(membership: InvitedMembership): InvitationRow | null {
    return invitationOf(this.#members, membership, this.#now());
  }

  invitations(accountId: string, status: readonly string[] | null, page: PageRequest): Page<InvitationRow> {
    return invitationsPage(this.#members, this.#invitationsOf(accountId, status), page);
  }

  countInvitations(accountId: string, status: readonly string[] | null): number {
    return invitationsCount(this.#members, this.#invitationsOf(accountId, status));
  }

  /** The newest open ones addressed to a person, over all accounts; the newest first. */
  invitationsFor(userId: string, limit: number): readonly InvitationRow[] {
    return invitationsForUser(this.#members, userId, this.#now()).slice(-limit).reverse();
  }

  /** One addressed to this person, whatever became of it. */
  invitationFor(userId: string, invitationId: string): InvitationRow | null {
    return invitationForUser(this.#members, { userId, invitationId }, this.#now());
  }

  /** The one that is still to come. */
  scheduledEnd(accountId: string, userId: string): ScheduledEndRow | null {
    return scheduledEndOf(this.#members, { accountId, userId });
  }

  scheduledEnds(accountId: string, status: readonly string[], page: PageRequest): Page<ScheduledEndRow> {
    return scheduledEndsPage(this.#members, { accountId, status }, page);
  }

  countScheduledEnds(accountId: string, status: readonly string[]): number {
    return scheduledEndsCount(this.#members, { accountId, status });
  }

  /** Members whose access outlasts their deactivation. */
  lingering(accountId: string, page: PageRequest): Page<MembershipRow> {
    return lingeringMembers(this.#members, { accountId, now: this.#now() }, page);
  }

  countLingering(accountId: string): number {
    return lingeringCount(this.#members, { accountId, now: this.#now() });
  }

  seats(accountId: string): SeatCounts {
    return seatsOf(this.#members, accountId, this.#now());
  }

  #invitationsOf(accountId: string, status: readonly string[] | null) {
    return { accountId, now: this.#now(), ...(status === null ? {} : { status }) };
  }

  get #members() {
    return this.#databases().members;
  }
}
