import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { hashOf } from '../../src/event-store/chain.js';
import { EntryList } from '../../src/proof/export/entry-list.js';
import type { ExportScope } from '../../src/proof/export/export-file.js';
import type { ExportFormat } from '../../src/proof/export/export-format.js';
import { trailerJson } from '../../src/proof/export/export-writer.js';
import { exportFormats } from '../../src/proof/export/formats.js';
import { verifyExport } from '../../src/proof/export/verify-export.js';
import type { MemoryLog } from '../projections/memory-log.js';
import { ANN, exported, smallLog, stranger, verifier } from './exported-log.js';

const PER_FILE = 1_000;

const scopes: readonly ExportScope[] = [
  { kind: 'ALL' },
  { kind: 'RANGE', after: 5, until: 30 },
  { kind: 'ACCOUNT', accountId: 'acme' },
  { kind: 'EVIDENCE', accountId: 'acme', userId: ANN },
];

/** What a file of a scope holds, taken apart by the test itself. */
interface Parts {
  readonly format: ExportFormat;
  /** With their ends. */
  readonly header: readonly string[];
  readonly events: readonly string[];
  readonly positions: readonly number[];
  readonly entries: readonly string[];
  readonly trailer: string;
}

interface Mutation {
  readonly what: string;
  readonly file: Buffer;
  /** Of the first bad event; null: none is at fault, or nobody could tell; undefined: not asked for. */
  readonly position?: number | null;
}

/** The same sequence for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const joined = ({ header, events, entries, trailer }: Parts): Buffer =>
  Buffer.from([...header, ...events, ...entries, trailer].join(''));

function partsOf(file: Buffer, format: ExportFormat): Parts {
  const lines = file.toString().split(/(?<=\n)/);
  const kindOf = (line: string) => {
    const read = format.readLine(Buffer.from(line.slice(0, -1)));
    return read?.kind === 'EVENT' ? 'event' : (/"+muster"+:"+(\w+)"/.exec(line)?.[1] ?? 'preamble');
  };
  const of = (...kinds: readonly string[]) => lines.filter((line) => kinds.includes(kindOf(line)));
  const events = of('event');
  return {
    format,
    header: of('preamble', 'export'),
    events,
    positions: events.map((line) => {
      const read = format.readLine(Buffer.from(line.slice(0, -1)));
      return read?.kind === 'EVENT' ? read.position : -1;
    }),
    entries: of('entries'),
    trailer: of('trailer')[0] ?? '',
  };
}

type Mutate = (parts: Parts, roll: (sides: number) => number) => Mutation;

const mutators: readonly Mutate[] = [
  function flippedInEvent(parts, roll) {
    const at = roll(parts.events.length);
    const line = Buffer.from(parts.events[at] ?? '');
    const byte = roll(line.length);
    line[byte] = (line[byte] ?? 0) ^ (1 << roll(8));
    const before = Buffer.from([...parts.header, ...parts.events.slice(0, at)].join(''));
    const after = Buffer.from([...parts.events.slice(at + 1), ...parts.entries, parts.trailer].join(''));
    return {
      what: `event ${at}, byte ${byte} flipped`,
      file: Buffer.concat([before, line, after]),
      position: parts.positions[at] ?? null,
    };
  },
  function flippedAnywhere(parts, roll) {
    const file = joined(parts);
    const byte = roll(file.length);
    file[byte] = (file[byte] ?? 0) ^ (1 << roll(8));
    return { what: `byte ${byte} flipped`, file };
  },
  function flippedAroundEvents(parts, roll) {
    const file = joined(parts);
    const begin = parts.header.join('').length;
    const end = Buffer.byteLength([...parts.header, ...parts.events].join(''));
    const outside = roll(begin + file.length - end);
    const byte = outside < begin ? outside : end + outside - begin;
    file[byte] = (file[byte] ?? 0) ^ (1 << roll(8));
    return { what: `byte ${byte} flipped`, file, position: null };
  },
  function dropped(parts, roll) {
    const at = roll(parts.events.length);
    return {
      what: `event ${at} dropped`,
      file: joined({ ...parts, events: parts.events.toSpliced(at, 1) }),
      position: parts.positions[at] ?? null,
    };
  },
  function tailDropped(parts, roll) {
    const at = roll(parts.events.length);
    return {
      what: `events from ${at} dropped`,
      file: joined({ ...parts, events: parts.events.slice(0, at) }),
      position: parts.positions[at] ?? null,
    };
  },
  function inserted(parts, roll) {
    const at = roll(parts.events.length + 1);
    const line = parts.events[roll(parts.events.length)] ?? '';
    // An event beside its own copy: the second one is too many.
    const first = parts.events[at] === line ? at + 1 : at;
    return {
      what: `an event inserted at ${at}`,
      file: joined({ ...parts, events: parts.events.toSpliced(at, 0, line) }),
      position: parts.positions[first] ?? null,
    };
  },
  function swapped(parts, roll) {
    const first = roll(parts.events.length - 1);
    const second = first + 1 + roll(parts.events.length - first - 1);
    const events = parts.events
      .with(first, parts.events[second] ?? '')
      .with(second, parts.events[first] ?? '');
    return {
      what: `events ${first} and ${second} swapped`,
      file: joined({ ...parts, events }),
      position: parts.positions[first] ?? null,
    };
  },
  function cut(parts, roll) {
    const file = joined(parts);
    return { what: 'cut off', file: file.subarray(0, roll(file.length)), position: null };
  },
  function lengthened(parts, roll) {
    const more = [parts.trailer, '\n', '{}', parts.events[0] ?? ''][roll(4)] ?? '';
    return {
      what: `${more.length} bytes more`,
      file: Buffer.concat([joined(parts), Buffer.from(more)]),
      position: null,
    };
  },
  function changedAndChainedAnew(parts, roll) {
    const at = roll(parts.events.length);
    return {
      what: `event ${at} changed, and the chain after it made anew`,
      file: joined({ ...parts, events: rechained(parts, at) }),
      position: parts.positions[at] ?? null,
    };
  },
  function madeAnew(parts, roll) {
    const at = roll(parts.events.length);
    return { what: `everything made anew from event ${at}`, file: madeAnewFrom(parts, at, roll(2) === 0) };
  },
];

/** Event `at` says something else, and every later one of its stream follows on from it. */
function rechained({ events, format }: Parts, at: number): readonly string[] {
  const hashes = new Map<string, string>();
  return events.map((line, i) => {
    const read = format.readLine(Buffer.from(line.slice(0, -1)));
    if (read?.kind !== 'EVENT' || i < at) return line;
    const event = JSON.parse(read.body.toString()) as {
      stream: string;
      previousHash: string | null;
      commandId: string;
    };
    if (i === at) event.commandId = 'forged';
    else if (!hashes.has(event.stream)) return line;
    else event.previousHash = hashes.get(event.stream) ?? null;
    const body = JSON.stringify(event);
    hashes.set(event.stream, hashOf(body));
    return format.eventLine({ index: read.index, position: read.position, body });
  });
}

/** Events, list and digests of the trailer; only the signature cannot be made: it is left, or is of another key. */
function madeAnewFrom(parts: Parts, at: number, signsHimself: boolean): Buffer {
  const { format } = parts;
  const events = rechained(parts, at);
  const list = new EntryList();
  for (const line of events) {
    const read = format.readLine(Buffer.from(line.slice(0, -1)));
    if (read?.kind === 'EVENT') list.add(read.index, read.position, hashOf(read.body.toString()));
  }
  const entries = [...list.lines()].map((json) => format.metaLine(json));
  const read = format.readLine(Buffer.from(parts.trailer.slice(0, -1)));
  const { note } = JSON.parse(read?.kind === 'META' ? read.json : '') as { note: string };
  const [text = '', signature = ''] = [
    note.slice(0, note.lastIndexOf('\n\n') + 1),
    note.slice(note.lastIndexOf('\n\n') + 1),
  ];
  const entriesSha256 = createHash('sha256').update(entries.join('')).digest('hex');
  const forged = `${JSON.stringify({ ...(JSON.parse(text) as object), entriesSha256 })}\n`;
  const signed = signsHimself ? stranger.sign(forged) : forged + signature;
  return joined({ ...parts, events, entries, trailer: format.metaLine(trailerJson(signed)) });
}

describe('a changed export', function () {
  this.timeout(60_000);
  let log: MemoryLog;
  before(async () => {
    log = await smallLog();
  });

  for (const format of exportFormats)
    for (const scope of scopes)
      it(`is found out, ${PER_FILE} times: ${scope.kind} as ${format.name}`, async () => {
        const file = await exported(log, { format, scope });
        const parts = partsOf(file, format);
        expect(joined(parts)).to.deep.equal(file);
        const roll = dice(file.length);
        for (let i = 0; i < PER_FILE; i += 1) {
          const mutate = mutators[i % mutators.length] ?? expect.fail();
          const { what, file: mutated, position } = mutate(parts, roll);
          const verdict = verifyExport([mutated], { verifier, kept: null });
          if (verdict.status !== 'BROKEN')
            expect.fail(`${mutate.name}: ${what}: taken for ${verdict.status}`);
          if (position !== undefined)
            expect(verdict.firstBad, `${mutate.name}: ${what}`).to.have.property('position', position);
        }
      });

  it('that was made anew as a whole is doubted from the last checkpoint on that still fits', async () => {
    const format = exportFormats[0] ?? expect.fail();
    const parts = partsOf(await exported(log, { format, scope: { kind: 'ALL' } }), format);
    const signedAt = log.events.findIndex(({ type }) => type === 'CheckpointSigned');
    expect(signedAt).to.be.greaterThan(3);
    for (const [at, doubted] of [
      [2, 0],
      [signedAt - 1, 0],
      [signedAt + 2, signedAt],
    ] as const)
      for (const signsHimself of [true, false]) {
        const verdict = verifyExport([madeAnewFrom(parts, at, signsHimself)], { verifier, kept: null });
        expect(verdict).to.have.nested.property('firstBad.problem', 'ROOT_MISMATCH');
        expect(verdict).to.have.nested.property('firstBad.position', parts.positions[doubted]);
      }
  });
});
