import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS } from '../busy-timeout.js';
import {
  type Applier,
  type Handlers,
  handle,
  interestOf,
  type Projection,
  type WriteMode,
} from '../projection.js';

/** Name and e-mail behind a sealed profile; null when the person's key is gone. */
export type OpenProfile = (
  userId: string,
  sealed: string,
) => Promise<{ readonly name: string | null; readonly email: string | null } | null>;

const handlers: Handlers<PeopleRows> = {
  UserRegistered: (rows, { data }) => rows.set(data.userId, data.sealedProfile),
  ProfileRecorded: (rows, { data }) => rows.set(data.userId, data.sealedProfile),
  ErasureRequested: (rows, { data }) => rows.set(data.userId, null),
  LegalHoldPlaced: 'ignored',
  LegalHoldReleased: 'ignored',
  PersonalDataErased: 'ignored',
  IdentityLinked: 'ignored',
  EmailClaimed: 'ignored',
  IdentityClaimed: 'ignored',
  RootAccountNamed: 'ignored',
  CheckpointSigned: 'ignored',
  AccountOpened: 'ignored',
  PolicyChanged: 'ignored',
  OperatorLinked: 'ignored',
  OperatorUnlinked: 'ignored',
  UserAdded: 'ignored',
  UserRejoined: 'ignored',
  UserRemoved: 'ignored',
  UserLeft: 'ignored',
  UserDeleted: 'ignored',
  UserDeactivated: 'ignored',
  UserReactivated: 'ignored',
  RoleChanged: 'ignored',
  PermissionsGranted: 'ignored',
  PermissionsRevoked: 'ignored',
  MembershipPeriodCorrected: 'ignored',
  GroupCreated: 'ignored',
  GroupRenamed: 'ignored',
  GroupMoved: 'ignored',
  GroupDeleted: 'ignored',
  GroupMemberAdded: 'ignored',
  GroupRoleChanged: 'ignored',
  GroupMemberRemoved: 'ignored',
  ApplicationRegistered: 'ignored',
  ApplicationRetired: 'ignored',
  ContactAssigned: 'ignored',
  ContactReassigned: 'ignored',
  ContactVacated: 'ignored',
  WebhookRegistered: 'ignored',
  WebhookChanged: 'ignored',
  WebhookSecretRotated: 'ignored',
  WebhookPinged: 'ignored',
  WebhookRedeliveryRequested: 'ignored',
  WebhookDisabled: 'ignored',
  WebhookRemoved: 'ignored',
  SeatPlanChanged: 'ignored',
  UserInvited: 'ignored',
  InvitationResent: 'ignored',
  InvitationLinkCopied: 'ignored',
  InvitationAccepted: 'ignored',
  InvitationDeclined: 'ignored',
  InvitationRevoked: 'ignored',
  InvitationExpired: 'ignored',
  UserFrozen: 'ignored',
  UserUnfrozen: 'ignored',
  SessionAccessEnded: 'ignored',
  UserReinstated: 'ignored',
  EndScheduled: 'ignored',
  EndRescheduled: 'ignored',
  ScheduledEndCancelled: 'ignored',
  ScheduledEndRun: 'ignored',
  DirectoryManagementStarted: 'ignored',
  DirectoryManagementEnded: 'ignored',
  UserNotified: 'ignored',
  BulkOperationStarted: 'ignored',
  BulkPartDone: 'ignored',
  BulkOperationFinished: 'ignored',
  MailRequested: 'ignored',
  MailSent: 'ignored',
  MailSuppressed: 'ignored',
  WebhookDeliveryClaimed: 'ignored',
  WebhookDelivered: 'ignored',
  WebhookAttemptFailed: 'ignored',
  WebhookEventGivenUp: 'ignored',
  WebhookSentOnRequest: 'ignored',
  WebhookDeliveryEnded: 'ignored',
  AttemptRefused: 'ignored',
  AuditRead: 'ignored',
  MailFailed: 'ignored',
  ChangeSetImported: 'ignored',
};

/**
 * Names and addresses in clear, for search and display only: a file of its own, so that erasing a person can erase
 * them here for good. Deleting overwrites the row, in the search index too; but where SQLite once split a page it may
 * have left a copy that nothing knows of, so the file is written anew afterwards, without what belongs to no row.
 */
export function peopleProjection(openProfile: OpenProfile): Projection {
  return {
    name: 'people',
    version: PEOPLE_VERSION,
    tables: [
      {
        name: 'people',
        primaryKey: 'user_id',
        compared: ['user_id', 'name', 'email'],
        create: `CREATE TABLE people ( -- Names and addresses in clear. Personal data: who copies them out answers for them.
  person_number INTEGER PRIMARY KEY, -- Counts people as this file was filled; differs after a rebuild.
  user_id TEXT NOT NULL UNIQUE, -- The person.
  name TEXT, -- NULL = unknown.
  email TEXT -- NULL = unknown.
) STRICT`,
      },
    ],
    indexes: [
      `CREATE TABLE purge ( -- Whether names of erased people are still to be wiped from the file.
  wanted INTEGER NOT NULL -- 1 while they are.
) STRICT`,
      'INSERT INTO purge VALUES (0)',
      `CREATE VIRTUAL TABLE people_search USING fts5( -- Names and addresses by any three letters in a row.
  name, email, content = 'people', content_rowid = 'person_number', tokenize = 'trigram'
)`,
      "INSERT INTO people_search (people_search, rank) VALUES ('secure-delete', 1)",
      `CREATE TRIGGER people_search_added AFTER INSERT ON people BEGIN
  INSERT INTO people_search (rowid, name, email) VALUES (NEW.person_number, NEW.name, NEW.email);
END`,
      `CREATE TRIGGER people_search_removed AFTER DELETE ON people BEGIN
  INSERT INTO people_search (people_search, rowid, name, email)
  VALUES ('delete', OLD.person_number, OLD.name, OLD.email);
END`,
      `CREATE TRIGGER people_search_changed AFTER UPDATE ON people BEGIN
  INSERT INTO people_search (people_search, rowid, name, email)
  VALUES ('delete', OLD.person_number, OLD.name, OLD.email);
  INSERT INTO people_search (rowid, name, email) VALUES (NEW.person_number, NEW.name, NEW.email);
END`,
    ],
    fillIndexes: ["INSERT INTO people_search (people_search) VALUES ('rebuild')"],
    interest: interestOf(handlers),
    open(db, mode): Applier {
      db.pragma('secure_delete = ON');
      const rows = new PeopleRows(db, { mode, openProfile });
      return {
        apply: (event, moment) => handle(handlers, rows, event, moment),
        write: () => rows.write(),
        finish: () => rows.finish(),
        settle: () => rows.purge(),
        get heldRows() {
          return rows.heldRows;
        },
      };
    },
  };
}

/** How long a purge waits for readers, in milliseconds: everything else waits for it. */
const PURGE_PATIENCE_MS = 100;

/** Also for receipts. */
export const PEOPLE_VERSION = 2;

/** Only a person's last profile of a batch is opened. */
class PeopleRows {
  readonly #sealed = new Map<string, string | null>();
  readonly #mode: WriteMode;
  readonly #openProfile: OpenProfile;
  readonly #put: Database.Statement<[string, string | null, string | null]>;
  readonly #remove: Database.Statement<[string]>;
  readonly #db: Database.Database;
  #isPurgeWanted: boolean;
  /** Since the last row was deleted; what is left is to empty the WAL. */
  #isWrittenAnew = false;

  constructor(db: Database.Database, options: { mode: WriteMode; openProfile: OpenProfile }) {
    this.#db = db;
    this.#mode = options.mode;
    this.#openProfile = options.openProfile;
    this.#put = db.prepare(
      `INSERT INTO people (user_id, name, email) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, email = excluded.email`,
    );
    this.#remove = db.prepare('DELETE FROM people WHERE user_id = ?');
    // A file still being built in bulk has no row that could be deleted.
    this.#isPurgeWanted =
      options.mode === 'FOLLOW' && db.prepare('SELECT wanted FROM purge').pluck().get() === 1;
  }

  get heldRows(): number {
    return this.#sealed.size;
  }

  set(userId: string, sealed: string | null): void {
    this.#sealed.set(userId, sealed);
  }

  async write(): Promise<void> {
    if (this.#mode === 'FOLLOW') await this.finish();
  }

  async finish(): Promise<void> {
    for (const [userId, sealed] of this.#sealed) {
      const profile = sealed === null ? null : await this.#openProfile(userId, sealed);
      if (profile === null) this.#delete(userId);
      else this.#put.run(userId, profile.name, profile.email);
    }
    this.#sealed.clear();
  }

  /**
   * Outside a transaction. What a reader holds up is done the next time; the file itself remembers that it is to be done.
   */
  purge(): void {
    if (!this.#isPurgeWanted) return;
    this.#db.pragma(`busy_timeout = ${PURGE_PATIENCE_MS}`);
    try {
      if (!this.#isWrittenAnew) this.#db.exec('VACUUM');
      this.#isWrittenAnew = true;
      const [checkpoint] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as readonly {
        readonly busy: number;
      }[];
      if (checkpoint?.busy !== 0) return;
      this.#db.exec('UPDATE purge SET wanted = 0');
      this.#isPurgeWanted = false;
    } catch (error) {
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return;
      throw error;
    } finally {
      this.#db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  #delete(userId: string): void {
    if (this.#remove.run(userId).changes === 0 || this.#mode === 'BULK') return;
    this.#db.exec('UPDATE purge SET wanted = 1');
    this.#isPurgeWanted = true;
    this.#isWrittenAnew = false;
  }
}
