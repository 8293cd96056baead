import Database from 'better-sqlite3';
import { expect } from 'chai';
import { catchUpReadModel } from '../../../projections/open-generation.js';
import { readModelProjections } from '../../../projections/read-model-projections.js';
import { decodeAccountEvent } from '../../../src/application/decode-event.js';
import { decodeUserEvent } from '../../../src/application/erasure/person-stream.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import { toSnapshot } from '../../../src/domain/account/snapshot.js';
import { type AccountState, initialAccountState } from '../../../src/domain/account/state.js';
import type { BulkEvent } from '../../../src/domain/bulk/events.js';
import { type BulkProgress, nothingDone, progressAfter } from '../../../src/domain/bulk/progress.js';
import type { DomainEventType, StoredEvent } from '../../../src/domain/event.js';
import { readStoredEvent, schemaVersionOf } from '../../../src/domain/stored-event.js';
import { type Person, personAfter, unknownPerson } from '../../../src/domain/user/person.js';
import { verifyStreams } from '../../../src/event-store/chain.js';
import type { RecordedEvent } from '../../../src/event-store/event-store.js';
import type { MemoryLog } from '../../projections/memory-log.js';
import { ReadModelFixture } from '../../projections/read-model-fixture.js';
import { corpora, expectedOf, lackingIn, readCorpus } from './corpus.js';

/** The keys that sealed the profiles are in no vault any more. */
const projections = readModelProjections(async (userId) => ({ name: `Name of ${userId}`, email: null }));

/** Every type of the union: the compiler keeps each projection's list complete. */
const allTypes = Object.keys(projections[0]?.interest ?? {}) as readonly DomainEventType[];

describe('the golden corpus', () => {
  it('has every type of event in every version that was ever written', async () => {
    const stored = new Set<string>();
    for (const name of corpora)
      for (const { body } of (await readCorpus(name)).events) {
        const { type, schemaVersion } = JSON.parse(body) as StoredEvent;
        stored.add(`${type} ${schemaVersion}`);
      }
    const written = allTypes.flatMap((type) =>
      Array.from({ length: schemaVersionOf(type) }, (_, older) => `${type} ${older + 1}`),
    );
    expect(written.filter((one) => !stored.has(one))).to.deep.equal([]);
  });

  for (const name of corpora)
    describe(name, () => {
      let log: MemoryLog;
      let fixture: ReadModelFixture;
      let given: { readonly states: unknown; readonly rows: unknown };

      before(async () => {
        log = await readCorpus(name);
        fixture = new ReadModelFixture();
        await catchUpReadModel({ store: log, folder: fixture.folder, projections });
        given = { states: statesIn(log), rows: rowsIn(fixture) };
      });
      after(() => fixture.close());

      it('is byte for byte what was stored', async () => {
        expect(await verifyStreams(log)).to.deep.equal({ status: 'INTACT', events: log.events.length });
      });

      it('folds into the same states', () => {
        const { states } = expectedOf(name, () => given) as typeof given;
        expect(lackingIn(given.states, states)).to.deep.equal([]);
      });

      it('projects into the same rows', () => {
        const { rows } = expectedOf(name, () => given) as typeof given;
        expect(lackingIn(named(given.rows), named(rows))).to.deep.equal([]);
      });
    });
});

/** By stream, what the code that decides makes of its events. */
function statesIn(log: MemoryLog): unknown {
  const accounts = new Map<string, AccountState>();
  const people = new Map<string, Person>();
  const operations = new Map<string, BulkProgress>();
  for (const recorded of log.events) {
    const { stream } = recorded;
    if (stream.startsWith('account-')) {
      const state = accounts.get(stream) ?? initialAccountState();
      evolve(state, decodeAccountEvent(recorded));
      accounts.set(stream, state);
    } else if (stream.startsWith('user-'))
      people.set(stream, personAfter(people.get(stream) ?? unknownPerson, decodeUserEvent(recorded)));
    else if (stream.startsWith('bulk-'))
      operations.set(stream, progressAfter(operations.get(stream) ?? nothingDone(), bulkEventIn(recorded)));
  }
  return asJson({
    accounts: Object.fromEntries([...accounts].map(([stream, state]) => [stream, toSnapshot(state)])),
    people: Object.fromEntries(people),
    operations: Object.fromEntries(operations),
  });
}

const bulkEventIn = ({ body }: RecordedEvent) => readStoredEvent(body) as StoredEvent<BulkEvent>;

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** By file and table, all rows in the order of their keys. */
function rowsIn(fixture: ReadModelFixture): unknown {
  const generation = fixture.folder.current() ?? '';
  const files = projections.map(({ name, tables }) => {
    const db = new Database(fixture.folder.path(generation, name), { readonly: true });
    const rows = tables.map((table): [string, Rows] => {
      const chosen = table.compared?.join() ?? '*';
      const statement = db.prepare(`SELECT ${chosen} FROM ${table.name} ORDER BY ${table.primaryKey}`);
      const columns = statement.columns().map((column) => column.name);
      return [table.name, { columns, rows: statement.raw().all() as Rows['rows'] }];
    });
    db.close();
    return [name, Object.fromEntries(rows)];
  });
  return asJson(Object.fromEntries(files));
}

/** Each row by the names of its columns, so that a column that came later is no difference. */
const named = (files: unknown): unknown =>
  Object.fromEntries(
    Object.entries(files as Readonly<Record<string, Readonly<Record<string, Rows>>>>).map(
      ([file, tables]) => [
        file,
        Object.fromEntries(
          Object.entries(tables).map(([table, { columns, rows }]) => [
            table,
            rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
          ]),
        ),
      ],
    ),
  );

/** Maps and sets of a state as plain data. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => {
      if (inner instanceof Map) return Object.fromEntries(inner);
      if (inner instanceof Set) return [...inner];
      return isBuffer(inner) ? Buffer.from(inner.data).toString('hex') : inner;
    }),
  );

/** As `JSON.stringify` shows one. */
const isBuffer = (value: unknown): value is { readonly data: readonly number[] } =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  value.type === 'Buffer' &&
  'data' in value;
