import { Field, ObjectType } from 'type-graphql';
import type { DomainEventType } from '../../src/domain/event.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import type { AuditEntryRow } from '../ledger-reads.js';
import { accountEntries, type EntryShape } from './account-entries.js';
import { AuditEntry } from './audit-entry.js';
import { connectionOf } from './connection.js';
import { otherEntries } from './other-entries.js';

type EntryClass = new (row: AuditEntryRow, context: RequestContext) => AuditEntry;

const shapes: { readonly [T in DomainEventType]: EntryShape<never> } = { ...accountEntries, ...otherEntries };

/** A GraphQL type for every type of event, `UserRemovedEntry` for UserRemoved, made from the tables of their fields. */
const entryClasses: ReadonlyMap<string, EntryClass> = new Map(
  Object.entries<EntryShape<never>>(shapes).map(([type, shape]) => [type, entryClass(type, shape)]),
);

export const entryTypeNames: readonly string[] = [...entryClasses.keys()].map((type) => `${type}Entry`);

/** The entry as its own type. */
export function auditEntryFrom(row: AuditEntryRow, context: RequestContext): AuditEntry {
  const Entry = entryClasses.get(row.type);
  if (Entry === undefined) throw new Error(`there is no type of audit entry for ${row.type}`);
  return new Entry(row, context);
}

function entryClass(type: string, { description, fields }: EntryShape<never>): EntryClass {
  class Entry extends AuditEntry {}
  Object.defineProperty(Entry, 'name', { value: `${type}Entry` });
  for (const [name, { type: graphqlType, description: text, nullable, read }] of Object.entries(fields)) {
    Object.defineProperty(Entry.prototype, name, {
      get(this: AuditEntry) {
        return read(this.data as never, this.place);
      },
    });
    Field(graphqlType as never, { description: text, nullable })(Entry.prototype, name);
  }
  ObjectType(`${type}Entry`, { simpleResolvers: true, implements: AuditEntry, description })(Entry);
  throughParent()(Entry);
  return Entry;
}

export const AuditEntryConnection = connectionOf('AuditEntry', () => AuditEntry, 'audit entries');
