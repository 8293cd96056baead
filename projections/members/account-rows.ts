import type Database from 'better-sqlite3';
import type { AccountOpened, PolicyChanged, SeatPlanChanged } from '../../src/domain/account/events.js';
import type { Moment } from '../projection.js';

/** Accounts are few and change seldom: written at once, in both modes. */
export class AccountRows {
  readonly #insert: Database.Statement<unknown[]>;
  readonly #policy: Database.Statement<[string, string, number, string]>;
  readonly #reserves: Database.Statement<[string], number>;
  readonly #seats: Database.Statement<[number | null, number, string]>;
  readonly #seatPlan: Database.Statement<[number, number, number | null, number, string]>;
  readonly #link: Database.Statement<[string, string, number]>;
  readonly #unlink: Database.Statement<[string, string]>;
  readonly #nameRoot: Database.Statement<[string]>;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO accounts (account_id, name, kind, preset, policy, policy_version, opened_at, opened_position)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#policy = db.prepare(
      'UPDATE accounts SET preset = ?, policy = ?, policy_version = ? WHERE account_id = ?',
    );
    this.#reserves = db
      .prepare<[string], number>(
        "SELECT ifnull(policy ->> 'invitationReservesSeat', 0) FROM accounts WHERE account_id = ?",
      )
      .pluck();
    this.#seats = db.prepare('UPDATE accounts SET plan_seats = ?, add_on_seats = ? WHERE account_id = ?');
    this.#seatPlan = db.prepare(
      'INSERT INTO seat_plans SELECT account_number, ?, ?, ?, ? FROM accounts WHERE account_id = ?',
    );
    this.#link = db.prepare(
      `INSERT INTO account_operators (account_id, operator_account_id, linked_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET linked_at = excluded.linked_at`,
    );
    this.#unlink = db.prepare(
      'DELETE FROM account_operators WHERE account_id = ? AND operator_account_id = ?',
    );
    this.#nameRoot = db.prepare(
      `INSERT INTO installation (id, root_account_id) VALUES (1, ?)
       ON CONFLICT DO UPDATE SET root_account_id = excluded.root_account_id`,
    );
  }

  open(accountId: string, data: AccountOpened['data'], moment: Moment): void {
    const { name, kind, preset, policy, policyVersion } = data;
    const { occurredAt, position } = moment;
    this.#insert.run(
      accountId,
      name,
      kind,
      preset,
      JSON.stringify(policy),
      policyVersion,
      occurredAt,
      position,
    );
  }

  changePolicy(accountId: string, { preset, policy, policyVersion }: PolicyChanged['data']): void {
    this.#policy.run(preset, JSON.stringify(policy), policyVersion, accountId);
  }

  /** Whether an open invitation holds a seat here. */
  reservesSeats(accountId: string): boolean {
    return this.#reserves.get(accountId) === 1;
  }

  changeSeatPlan(
    accountId: string,
    { planSeats, addOnSeats }: SeatPlanChanged['data'],
    { position, occurredAt }: Moment,
  ): void {
    this.#seats.run(planSeats, addOnSeats, accountId);
    this.#seatPlan.run(position, occurredAt, planSeats, addOnSeats, accountId);
  }

  link(accountId: string, operatorAccountId: string, moment: Moment): void {
    this.#link.run(accountId, operatorAccountId, moment.occurredAt);
  }

  unlink(accountId: string, operatorAccountId: string): void {
    this.#unlink.run(accountId, operatorAccountId);
  }

  nameRoot(accountId: string): void {
    this.#nameRoot.run(accountId);
  }
}
