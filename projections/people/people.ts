import type Database from 'better-sqlite3';
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
  IdentityLinked: 'ignored',
  EmailClaimed: 'ignored',
  IdentityClaimed: 'ignored',
  RootAccountNamed: 'ignored',
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
  AttemptRefused: 'ignored',
  AuditRead: 'ignored',
  MailFailed: 'ignored',
  ChangeSetImported: 'ignored',
};

/**
 * Names and addresses in clear, for search and display only: a file of its own, so that erasing a person can erase
 * them here for good (secure_delete, for the search index too).
 */
export function peopleProjection(openProfile: OpenProfile): Projection {
  return {
    name: 'people',
    version: 1,
    tables: [
      {
        name: 'people',
        primaryKey: 'user_id',
        compared: ['user_id', 'name', 'email'],
        create: `CREATE TABLE people (
  person_number INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE,
  name TEXT,
  email TEXT
) STRICT`,
      },
    ],
    indexes: [
      `CREATE VIRTUAL TABLE people_search USING fts5(
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
        get heldRows() {
          return rows.heldRows;
        },
      };
    },
  };
}

/** Only a person's last profile of a batch is opened. */
class PeopleRows {
  readonly #sealed = new Map<string, string | null>();
  readonly #mode: WriteMode;
  readonly #openProfile: OpenProfile;
  readonly #put: Database.Statement<[string, string | null, string | null]>;
  readonly #remove: Database.Statement<[string]>;

  constructor(db: Database.Database, options: { mode: WriteMode; openProfile: OpenProfile }) {
    this.#mode = options.mode;
    this.#openProfile = options.openProfile;
    this.#put = db.prepare(
      `INSERT INTO people (user_id, name, email) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, email = excluded.email`,
    );
    this.#remove = db.prepare('DELETE FROM people WHERE user_id = ?');
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
      if (profile === null) this.#remove.run(userId);
      else this.#put.run(userId, profile.name, profile.email);
    }
    this.#sealed.clear();
  }
}
