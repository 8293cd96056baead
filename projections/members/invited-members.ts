import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import type { MembershipRow } from './member-rows.js';
import type { RowCache } from './row-cache.js';

/** Who is invited to an account at present: a policy that begins to reserve seats for them, or ends it, touches them all. */
export interface InvitedMembers {
  ofAccount(accountId: string): readonly MembershipRow[];
  entered(row: MembershipRow): void;
  left(row: MembershipRow): void;
}

export function invitedMembers(
  db: Database.Database,
  mode: WriteMode,
  rows: RowCache<MembershipRow>,
): InvitedMembers {
  return mode === 'BULK' ? new InvitedInMemory() : new InvitedInFile(db, rows);
}

class InvitedInMemory implements InvitedMembers {
  readonly #byAccount = new Map<string, Set<MembershipRow>>();

  ofAccount(accountId: string): readonly MembershipRow[] {
    return inOrder(this.#byAccount.get(accountId) ?? []);
  }

  entered(row: MembershipRow): void {
    const invited = this.#byAccount.get(row.accountId);
    if (invited === undefined) this.#byAccount.set(row.accountId, new Set([row]));
    else invited.add(row);
  }

  left(row: MembershipRow): void {
    this.#byAccount.get(row.accountId)?.delete(row);
  }
}

/** Asks the file for what is committed, and the rows changed since for the rest. */
class InvitedInFile implements InvitedMembers {
  readonly #rows: RowCache<MembershipRow>;
  readonly #stored: Database.Statement<[string], string>;

  constructor(db: Database.Database, rows: RowCache<MembershipRow>) {
    this.#rows = rows;
    this.#stored = db
      .prepare<[string], string>(
        "SELECT membership_id FROM memberships WHERE account_id = ? AND status = 'INVITED'",
      )
      .pluck();
  }

  ofAccount(accountId: string): readonly MembershipRow[] {
    const found = new Set(this.#rows.dirtyRows());
    for (const membershipId of this.#stored.all(accountId)) {
      const row = this.#rows.find(membershipId);
      if (row !== null) found.add(row);
    }
    return inOrder([...found].filter((row) => row.accountId === accountId && row.status === 'INVITED'));
  }

  entered(): void {}
  left(): void {}
}

/** The order decides the numbers in the seat ledger, which must be the same however the rows were found. */
function inOrder(rows: Iterable<MembershipRow>): MembershipRow[] {
  return [...rows].sort((a, b) => a.number - b.number);
}
