import type Database from 'better-sqlite3';
import type { AccountOpened, PolicyChanged, SeatPlanChanged } from '../../src/domain/account/events.js';
import type { Moment, WriteMode } from '../projection.js';
import { OPEN_TIME, type Period, PeriodTable, type Values } from './period-table.js';

/** Accounts are few and change seldom: written at once, in both modes, but for their periods. */
export class AccountRows {
  readonly #insert: Database.Statement<unknown[]>;
  readonly #policy: Database.Statement<[string, string, number, string]>;
  readonly #reserves: Database.Statement<[string], number>;
  readonly #seats: Database.Statement<[number | null, number, string]>;
  readonly #seatPlan: Database.Statement<[number, number, number | null, number, string]>;
  readonly #link: Database.Statement<[string, string, number]>;
  readonly #unlink: Database.Statement<[string, string]>;
  readonly #nameRoot: Database.Statement<[string]>;
  readonly #number: Database.Statement<[string], number>;
  readonly #rules: PeriodTable;
  readonly #operators: PeriodTable;
  /** Open periods by account id, and by account and operator; following, those of the batch. */
  readonly #open = new Map<string, Period>();
  readonly #mode: WriteMode;

  constructor(db: Database.Database, mode: WriteMode) {
    const ofRules = ['preset', 'policy', 'policy_version', 'plan_seats', 'add_on_seats'];
    const owner = 'account_number';
    this.#rules = new PeriodTable(db, { table: 'account_periods', owner, columns: ofRules, mode });
    const ofOperators = ['operator_account_id'];
    const operators = { table: 'account_operator_periods', owner, columns: ofOperators, mode };
    this.#operators = new PeriodTable(db, operators);
    this.#mode = mode;
    this.#number = db
      .prepare<[string], number>('SELECT account_number FROM accounts WHERE account_id = ?')
      .pluck();
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
    const rules = [preset, JSON.stringify(policy), policyVersion] as const;
    this.#insert.run(accountId, name, kind, ...rules, occurredAt, position);
    this.#open.set(accountId, this.#rules.begin(this.#numberOf(accountId), [...rules, null, 0], moment));
  }

  changePolicy(
    accountId: string,
    { preset, policy, policyVersion }: PolicyChanged['data'],
    moment: Moment,
  ): void {
    const rules = [preset, JSON.stringify(policy), policyVersion] as const;
    this.#policy.run(...rules, accountId);
    this.#change(accountId, (values) => [...rules, ...values.slice(rules.length)], moment);
  }

  /** Whether an open invitation holds a seat here. */
  reservesSeats(accountId: string): boolean {
    return this.#reserves.get(accountId) === 1;
  }

  changeSeatPlan(
    accountId: string,
    { planSeats, addOnSeats }: SeatPlanChanged['data'],
    moment: Moment,
  ): void {
    this.#seats.run(planSeats, addOnSeats, accountId);
    this.#change(accountId, (values) => [...values.slice(0, 3), planSeats, addOnSeats], moment);
    this.#seatPlan.run(moment.position, moment.occurredAt, planSeats, addOnSeats, accountId);
  }

  link(accountId: string, operatorAccountId: string, moment: Moment): void {
    this.#link.run(accountId, operatorAccountId, moment.occurredAt);
    if (this.#openLink(accountId, operatorAccountId) !== null) return;
    const begun = this.#operators.begin(this.#numberOf(accountId), [operatorAccountId], moment);
    this.#open.set(linkKey(accountId, operatorAccountId), begun);
  }

  unlink(accountId: string, operatorAccountId: string, moment: Moment): void {
    this.#unlink.run(accountId, operatorAccountId);
    const open = this.#openLink(accountId, operatorAccountId);
    if (open !== null) this.#operators.change(open, null, moment);
    this.#open.delete(linkKey(accountId, operatorAccountId));
  }

  nameRoot(accountId: string): void {
    this.#nameRoot.run(accountId);
  }

  write(): void {
    this.#rules.write();
    this.#operators.write();
    if (this.#mode === 'FOLLOW') this.#open.clear();
  }

  finish(): void {
    this.#rules.finish();
    this.#operators.finish();
    this.#open.clear();
  }

  #change(accountId: string, valuesFrom: (values: Values) => Values, moment: Moment): void {
    const open = this.#open.get(accountId) ?? this.#rules.storedOpen(this.#numberOf(accountId));
    const changed = open === null ? null : this.#rules.change(open, valuesFrom(open.values), moment);
    if (changed !== null) this.#open.set(accountId, changed);
  }

  #openLink(accountId: string, operatorAccountId: string): Period | null {
    const open = this.#open.get(linkKey(accountId, operatorAccountId));
    if (open !== undefined || this.#mode === 'BULK') return open ?? null;
    const known = this.#operators.known(this.#numberOf(accountId), null);
    const isOpen = (one: Period) => one.validTo === OPEN_TIME && one.values[0] === operatorAccountId;
    return known.find(isOpen) ?? null;
  }

  #numberOf(accountId: string): number {
    const number = this.#number.get(accountId);
    if (number === undefined) throw new Error(`there is no account ${accountId}: no event before opened it`);
    return number;
  }
}

const linkKey = (accountId: string, operatorAccountId: string): string => `${accountId} ${operatorAccountId}`;
