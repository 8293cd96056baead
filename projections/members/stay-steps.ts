import type Database from 'better-sqlite3';
import type { Moment } from '../projection.js';
import type { MembershipRow } from './member-rows.js';

const DAY_MS = 86_400_000;
const members: ReadonlySet<string> = new Set(['ACTIVE', 'FROZEN', 'INACTIVE']);
const withoutAccess: ReadonlySet<string> = new Set(['FROZEN', 'INACTIVE']);

/** What a membership is from an event on. */
interface Step {
  readonly status: string;
  readonly role: string;
  readonly kind: string;
  /** Ms. */
  readonly at: number;
  readonly revision: number;
}

/** The stay that goes on. */
interface Stay extends Pick<Step, 'status' | 'role' | 'kind'> {
  readonly stayNumber: number;
  readonly accountNumber: number;
  readonly statusFrom: number;
}

interface CountedDay extends Pick<Step, 'status' | 'role' | 'kind'> {
  readonly accountNumber: number;
  readonly day: number;
  change: number;
}

/**
 * Takes up in membership_stays and head_count_changes what comes after all that is known of a membership, at the cost of
 * the event and not of its history. What it writes is what MembershipStays makes of all periods.
 */
export class StaySteps {
  readonly #steps = new Map<number, Step[]>();
  readonly #counted = new Map<string, CountedDay>();
  readonly #last: Database.Statement<[number], Stay>;
  readonly #accountNumber: Database.Statement<[number], number>;
  readonly #backwards: Database.Statement<[number], { readonly status: string; readonly from: number }>;
  readonly #orderedAt: Database.Statement<[number, number], number>;
  readonly #close: Database.Statement<unknown[]>;
  readonly #insert: Database.Statement<unknown[]>;
  readonly #count: Database.Statement<unknown[]>;

  constructor(db: Database.Database) {
    this.#last =
      db.prepare(`SELECT stay_number AS stayNumber, account_number AS accountNumber, status, role, kind,
      status_from AS statusFrom FROM membership_stays WHERE join_number = ? ORDER BY stay_number DESC LIMIT 1`);
    this.#accountNumber = db
      .prepare<[number], number>(
        `SELECT a.account_number FROM memberships m CROSS JOIN accounts a ON a.account_id = m.account_id
           WHERE m.join_number = ?`,
      )
      .pluck();
    this.#backwards = db.prepare(`SELECT status, from_at AS "from" FROM membership_stays WHERE join_number = ?
      ORDER BY stay_number DESC`);
    this.#orderedAt = db
      .prepare<[number, number], number>(
        `SELECT e.ordered_at FROM memberships m CROSS JOIN scheduled_ends e ON e.user_id = m.user_id
           AND e.account_id = m.account_id AND e.membership_id = m.membership_id
           WHERE m.join_number = ? AND e.ended_revision = ?`,
      )
      .pluck();
    this.#close =
      db.prepare(`UPDATE membership_stays SET to_at = ?, status_ends = ?, leaves = ?, offboarding_from = ?
      WHERE join_number = ? AND stay_number = ?`);
    this.#insert = db.prepare(
      'INSERT INTO membership_stays VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, 0, ?, 0, NULL)',
    );
    this.#count = db.prepare(`INSERT INTO head_count_changes VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET change = change + excluded.change`);
  }

  add({ number, status, role, kind }: MembershipRow, { occurredAt: at, revision }: Moment): void {
    const step = { status, role, kind, at, revision };
    const steps = this.#steps.get(number);
    if (steps === undefined) this.#steps.set(number, [step]);
    else steps.push(step);
  }

  /** Its stays are made anew instead. */
  forget(number: number): void {
    this.#steps.delete(number);
  }

  write(): void {
    for (const [number, steps] of this.#steps) this.#follow(number, steps);
    for (const { accountNumber, day, status, role, kind, change } of this.#counted.values())
      if (change !== 0) this.#count.run(accountNumber, day, status, role, kind, change);
    this.#steps.clear();
    this.#counted.clear();
  }

  #follow(number: number, steps: readonly Step[]): void {
    let stay = this.#last.get(number) ?? null;
    for (const step of steps) {
      if (stay !== null && isSame(stay, step)) continue;
      if (stay !== null) this.#end(number, stay, step);
      stay = this.#begin(number, stay, step);
    }
  }

  #begin(number: number, before: Stay | null, step: Step): Stay {
    const { status, role, kind, at } = step;
    const stay: Stay = {
      stayNumber: (before?.stayNumber ?? 0) + 1,
      accountNumber: before?.accountNumber ?? this.#accountNumber.get(number) ?? 0,
      status,
      role,
      kind,
      statusFrom: before?.status === status ? before.statusFrom : at,
    };
    const joins = members.has(status) && !members.has(before?.status ?? '');
    const { stayNumber, accountNumber, statusFrom } = stay;
    this.#insert.run(number, stayNumber, accountNumber, status, role, kind, at, statusFrom, joins ? 1 : 0);
    this.#countOn(stay, at, 1);
    return stay;
  }

  #end(number: number, stay: Stay, { status, at, revision }: Step): void {
    const leaves = members.has(stay.status) && !members.has(status);
    const from = leaves
      ? Math.min(at, this.#orderedAt.get(number, revision) ?? at, this.#accessLost(number, stay) ?? at)
      : null;
    this.#close.run(at, stay.status === status ? 0 : 1, leaves ? 1 : 0, from, number, stay.stayNumber);
    this.#countOn(stay, at, -1);
  }

  /** When access went off for good, of one who leaves without having it. */
  #accessLost(number: number, { status }: Stay): number | null {
    if (!withoutAccess.has(status)) return null;
    let lost: number | null = null;
    for (const stay of this.#backwards.iterate(number)) {
      if (!withoutAccess.has(stay.status)) break;
      lost = stay.from;
    }
    return lost;
  }

  #countOn({ accountNumber, status, role, kind }: Stay, at: number, change: 1 | -1): void {
    const day = Math.trunc(at / DAY_MS);
    const key = `${accountNumber} ${day} ${status} ${role} ${kind}`;
    const counted = this.#counted.get(key);
    if (counted === undefined) this.#counted.set(key, { accountNumber, day, status, role, kind, change });
    else counted.change += change;
  }
}

const isSame = (stay: Stay, step: Step): boolean =>
  stay.status === step.status && stay.role === step.role && stay.kind === step.kind;
