import { seatsAsOf } from '../projections/queries/account-rules-as-of.js';
import type { AsOf } from '../projections/queries/as-of.js';
import {
  type InvitationRow,
  type InvitedMembership,
  invitationAsOf,
  invitationForUser,
  invitationOf,
  invitationsAsOf,
  invitationsAsOfCount,
  invitationsCount,
  invitationsForUser,
  invitationsPage,
} from '../projections/queries/invitations.js';
import { lingeringCount, lingeringMembers, type MembershipRow } from '../projections/queries/memberships.js';
import {
  lingeringAsOf,
  lingeringAsOfCount,
  type MembershipAsOfRow,
} from '../projections/queries/memberships-as-of.js';
import type { Page, PageRequest } from '../projections/queries/page.js';
import {
  type ScheduledEndRow,
  scheduledEndAsOf,
  scheduledEndOf,
  scheduledEndsAsOf,
  scheduledEndsAsOfCount,
  scheduledEndsCount,
  scheduledEndsPage,
} from '../projections/queries/scheduled-ends.js';
import { type SeatCounts, seatsOf } from '../projections/queries/seats.js';
import { inOneTurn } from './in-turns.js';
import type { ReadDatabases } from './reads.js';

export type { InvitationRow, ScheduledEndRow, SeatCounts };

/** Null: of any status; as of now. */
interface Question {
  readonly accountId: string;
  readonly status: readonly string[] | null;
  readonly asOf: AsOf | null;
}

interface ScheduledEndsQuestion extends Question {
  readonly status: readonly string[];
}

/** What is still to come in an account: who was asked in, whose access runs out, who is to go; and the seats for it. */
export class PendingReads {
  readonly #databases: () => ReadDatabases;
  readonly #now: () => number;

  constructor(databases: () => ReadDatabases, now: () => number) {
    this.#databases = databases;
    this.#now = now;
  }

  /** The newest invitation to the membership, whatever became of it. */
  invitation(membership: InvitedMembership, asOf: AsOf | null): InvitationRow | null {
    return asOf === null
      ? invitationOf(this.#members, membership, this.#now())
      : invitationAsOf(this.#members, membership, asOf);
  }

  invitations({ accountId, status, asOf }: Question, page: PageRequest): Page<InvitationRow> {
    const filter = { accountId, ...(status === null ? {} : { status }) };
    return asOf === null
      ? invitationsPage(this.#members, { ...filter, now: this.#now() }, page)
      : invitationsAsOf(this.#members, filter, { asOf, page });
  }

  countInvitations({ accountId, status, asOf }: Question): number | Promise<number> {
    const filter = { accountId, ...(status === null ? {} : { status }) };
    return asOf === null
      ? invitationsCount(this.#members, { ...filter, now: this.#now() })
      : inOneTurn(() => invitationsAsOfCount(this.#members, filter, asOf));
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
  scheduledEnd(
    of: { readonly accountId: string; readonly userId: string },
    asOf: AsOf | null,
  ): ScheduledEndRow | null {
    return asOf === null ? scheduledEndOf(this.#members, of) : scheduledEndAsOf(this.#members, of, asOf);
  }

  scheduledEnds({ asOf, ...filter }: ScheduledEndsQuestion, page: PageRequest): Page<ScheduledEndRow> {
    return asOf === null
      ? scheduledEndsPage(this.#members, filter, page)
      : scheduledEndsAsOf(this.#members, filter, { asOf, page });
  }

  countScheduledEnds({ asOf, ...filter }: ScheduledEndsQuestion): number | Promise<number> {
    return asOf === null
      ? scheduledEndsCount(this.#members, filter)
      : inOneTurn(() => scheduledEndsAsOfCount(this.#members, filter, asOf));
  }

  /** Members whose access outlasts their deactivation. */
  lingering(
    accountId: string,
    asOf: AsOf | null,
    page: PageRequest,
  ): Page<MembershipRow | MembershipAsOfRow> {
    if (asOf !== null) return lingeringAsOf(this.#members, accountId, { asOf, page });
    return lingeringMembers(this.#members, { accountId, now: this.#now() }, page);
  }

  countLingering(accountId: string, asOf: AsOf | null): number | Promise<number> {
    if (asOf !== null) return inOneTurn(() => lingeringAsOfCount(this.#members, accountId, asOf));
    return lingeringCount(this.#members, { accountId, now: this.#now() });
  }

  async seats(accountId: string, asOf: AsOf | null): Promise<SeatCounts> {
    if (asOf !== null) return inOneTurn(() => seatsAsOf(this.#members, accountId, asOf));
    return seatsOf(this.#members, accountId, this.#now());
  }

  get #members() {
    return this.#databases().members;
  }
}
