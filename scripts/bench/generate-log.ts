import { hash } from 'node:crypto';
import Database from 'better-sqlite3';
import { presets } from '../../src/domain/account/policy.js';
import type { DomainEvent, EventActor } from '../../src/domain/event.js';
import { LOG_FORMAT } from '../../src/event-store/sqlite/log-format.js';
import { AccountLife, type Deed } from './account-life.js';

export interface GenerateLogOptions {
  /** A new log file. */
  readonly path: string;
  /** At least so many events; a few more, to finish a command. */
  readonly events: number;
  readonly accounts: number;
  /** Memberships an account grows to before people mostly change. */
  readonly members: number;
  /** First and last moment, milliseconds; recorded when it happened. Default: two years from 2024. */
  readonly from?: number;
  readonly to?: number;
  /** Sealed profile of the n-th person. Default: none is recorded. */
  readonly sealedProfileOf?: (n: number) => string | null;
}

/** Ids of the generated accounts and people: the same for every log. */
export const accountIdOf = (n: number): string => idOf(1, n);
export const userIdOf = (n: number): string => idOf(2, n);

const TWO_YEARS_MS = 2 * 365 * 24 * 3600 * 1000;
const DEFAULT_FROM = Date.parse('2024-01-01T00:00:00.000Z');

/**
 * Writes a log of realistic lives of accounts straight into a log file: what the decider and the store would have
 * made of it, without their cost. The same options give the same events.
 */
export function generateLog(options: GenerateLogOptions): { events: number; people: number } {
  const db = new Database(options.path);
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  const [eventsTable, ...rest] = LOG_FORMAT.schema;
  if (eventsTable === undefined) throw new Error('the format of the log has no tables');
  db.exec(eventsTable);
  db.exec('BEGIN');
  const writer = new Writer(db, options);
  writer.writeAll();
  db.exec('COMMIT');
  // The triggers that guard the log would double the time; they come when all is there.
  for (const statement of rest) db.exec(statement);
  LOG_FORMAT.initialise?.(db);
  db.pragma(`application_id = ${LOG_FORMAT.applicationId}`);
  db.pragma(`user_version = ${LOG_FORMAT.version}`);
  db.pragma('journal_mode = WAL');
  db.close();
  return { events: writer.position, people: writer.people };
}

interface Head {
  revision: number;
  hash: string | null;
}

class Writer {
  position = 0;
  people = 0;
  readonly #options: GenerateLogOptions;
  readonly #insert: Database.Statement<unknown[]>;
  readonly #heads = new Map<string, Head>();
  #commands = 0;

  constructor(db: Database.Database, options: GenerateLogOptions) {
    this.#options = options;
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  }

  writeAll(): void {
    const { accounts, events, members } = this.#options;
    const lives = Array.from({ length: accounts }, (_, n) => new AccountLife(n, members));
    for (const life of lives) this.#open(life);
    while (this.position < events) {
      const life = lives[Math.floor(random(this.#commands) * lives.length)];
      if (life === undefined) return;
      const deed = life.next((bound) => Math.floor(random(this.#commands * 31 + bound) * bound), this.people);
      if (deed.newPerson) this.#register(this.people++);
      this.#write(life, deed);
    }
  }

  #open(life: AccountLife): void {
    this.#register(this.people++);
    const opened: DomainEvent = {
      type: 'AccountOpened',
      data: {
        name: `Account ${life.number}`,
        kind: 'STANDARD',
        operators: [],
        preset: 'DEFAULT',
        policy: presets.DEFAULT,
        policyVersion: 1,
      },
    };
    this.#write(life, { newPerson: false, events: [opened, ...life.firstOwner(this.people - 1)] });
  }

  #register(n: number): void {
    const userId = userIdOf(n);
    const sealedProfile = this.#options.sealedProfileOf?.(n) ?? null;
    const index = hash('sha256', userId, 'hex');
    this.#commands += 1;
    this.#add(`email-${index}`, null, { type: 'EmailClaimed', data: { userId } });
    this.#add(`user-${userId}`, null, { type: 'UserRegistered', data: { userId, sealedProfile } });
    if (n % 3 !== 0) return;
    this.#add(`identity-${index}`, null, { type: 'IdentityClaimed', data: { userId } });
    this.#add(`user-${userId}`, null, {
      type: 'IdentityLinked',
      data: { userId, identity: index, issuer: index },
    });
  }

  #write(life: AccountLife, { events }: Deed): void {
    this.#commands += 1;
    for (const event of events) {
      const revision = this.#add(`account-${accountIdOf(life.number)}`, accountIdOf(life.number), event);
      life.recorded(event, { revision, at: this.#now() });
    }
  }

  #now(): number {
    const { from = DEFAULT_FROM, to = from + TWO_YEARS_MS, events } = this.#options;
    return Math.floor(from + ((to - from) * Math.min(this.position, events)) / events);
  }

  #add(stream: string, accountId: string | null, event: DomainEvent): number {
    let head = this.#heads.get(stream);
    if (head === undefined) {
      head = { revision: -1, hash: null };
      this.#heads.set(stream, head);
    }
    this.position += 1;
    head.revision += 1;
    const time = new Date(this.#now()).toISOString();
    const id = idOf(3, this.position);
    const commandId = idOf(4, this.#commands);
    const dice = this.#commands % 20;
    const body = JSON.stringify({
      eventId: id,
      type: event.type,
      schemaVersion: 1,
      stream,
      revision: head.revision,
      occurredAt: time,
      recordedAt: time,
      accountId,
      subjectId: 'userId' in event.data ? event.data.userId : null,
      actor: this.#actor(accountId),
      commandId,
      fingerprint: null,
      correlationId: idOf(5, this.#commands),
      causationId: null,
      reason:
        dice < 6 ? { code: `REASON-${dice}`, ticket: dice === 0 ? `CASE-${this.#commands}` : null } : null,
      policyVersion: accountId === null ? 0 : 1,
      previousHash: head.hash,
      data: event.data,
    });
    head.hash = hash('sha256', body, 'hex');
    this.#insert.run(this.position, stream, head.revision, id, event.type, body, head.hash);
    return head.revision;
  }

  #actor(accountId: string | null): EventActor {
    if (accountId === null) return { kind: 'SYSTEM', id: 'registration', onBehalfOf: null, authority: null };
    const id = userIdOf(Math.floor(random(this.#commands * 7) * Math.min(this.people, 500)));
    return { kind: 'USER', id, onBehalfOf: null, authority: null };
  }
}

/** A UUID without meaning, as random in its first digits as a real one. */
export function idOf(kind: number, n: number): string {
  const a = mixed(n * 16 + kind);
  const b = mixed(a ^ 0x9e3779b9);
  const hex = (a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0')).padEnd(16, '0');
  const tail = (n * 16 + kind).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a000-${tail}`;
}

/** 0 ≤ x < 1, the same for the same n. */
export function random(n: number): number {
  return mixed(Math.floor(n) + 0x2545f491) / 0x1_0000_0000;
}

function mixed(n: number): number {
  let x = n | 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}
