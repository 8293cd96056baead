import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StoredEvent } from '../../../src/domain/event.js';
import type { RecordedEvent } from '../../../src/event-store/event-store.js';
import { openEventStoreReader } from '../../../src/open-event-store.js';
import { corpora, readCorpus } from './corpus.js';

/**
 * Adds a history to the corpus: `node --import tsx/esm test/domain/golden-corpus/add.ts NAME LOG`. Of the log (the file
 * log.sqlite of a small test installation) it takes, for every type and version that the corpus lacks, the shortest
 * stream that has it, with the account's stream where it is about one. Run the test with MUSTER_TEST_ADD_TO_CORPUS=1 once afterwards.
 */
const [, , name, path] = process.argv;
if (name === undefined || path === undefined || !existsSync(path))
  throw new Error('give a name and a log.sqlite');
const target = fileURLToPath(new URL(`${name}.events`, import.meta.url));
if (existsSync(target)) throw new Error(`${target} is there, and a corpus is never changed`);

const shapeOf = ({ body }: RecordedEvent): string => {
  const { type, schemaVersion } = JSON.parse(body) as StoredEvent;
  return `${type} ${schemaVersion}`;
};
const known = new Set<string>();
for (const corpus of corpora)
  for (const event of (await readCorpus(corpus)).events) known.add(shapeOf(event));

const store = await openEventStoreReader({ kind: 'FILE', path });
const events = await store.readAll({ afterPosition: 0, maxCount: 1_000_000 });
await store.close();
const streams = new Map<string, RecordedEvent[]>();
for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
const chosen = new Set<string>();
for (const [stream, own] of [...streams].sort(([, a], [, b]) => a.length - b.length)) {
  const added = own.map(shapeOf).filter((shape) => !known.has(shape));
  if (added.length === 0) continue;
  for (const shape of added) known.add(shape);
  chosen.add(stream);
  const { accountId } = JSON.parse(own[0]?.body ?? '') as StoredEvent;
  if (accountId !== null) chosen.add(`account-${accountId}`);
}
if (chosen.size === 0) throw new Error('the corpus has everything that is in this log');
const lines = events.filter(({ stream }) => chosen.has(stream)).map(({ hash, body }) => `${hash} ${body}\n`);
writeFileSync(target, lines.join(''));
process.stdout.write(`${lines.length} events of ${chosen.size} streams written to ${target}\n`);
