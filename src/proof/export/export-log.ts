import type { StoredEvent } from '../../domain/event.js';
import type { EventStore } from '../../event-store/event-store.js';
import { signCheckpoint } from '../checkpoint.js';
import { type HeadsTree, LogTree } from '../log-tree.js';
import type { NoteSigner } from '../signed-note.js';
import { consistencyProof, partsProof } from '../tree-proofs.js';
import { base64Of, type ExportScope, type ExportTrailer } from './export-file.js';
import type { ExportFormat } from './export-format.js';
import { selectionOf } from './export-scope.js';
import { ExportWriter } from './export-writer.js';

export interface ExportLogOptions {
  readonly store: Pick<EventStore, 'logId' | 'readAll' | 'head'>;
  readonly format: ExportFormat;
  readonly scope: ExportScope;
  readonly signer: NoteSigner;
  /** ISO 8601. */
  readonly now: string;
  /** Size of a checkpoint kept elsewhere: that this log begins with that one is proven too. */
  readonly since: number | null;
  readonly write: (text: string) => Promise<void> | void;
  readonly onProgress?: (position: number, head: number) => void;
}

export interface ExportedLog {
  readonly events: number;
  readonly size: number;
}

/** There is nothing such in the log; nothing useful was written. */
export class NothingToExport extends Error {
  override readonly name = 'NothingToExport';
}

const PAGE = 1_000;
/** Characters handed on at once. */
const PIECE = 1 << 20;

/**
 * Reads the log once, up to where it ends now, and writes what the scope asks for with its proofs.
 * @throws NothingToExport
 */
export async function exportLog(options: ExportLogOptions): Promise<ExportedLog> {
  const { store, format, scope, signer, now, since, write, onProgress } = options;
  const { logId } = store;
  const header = {
    muster: 'export',
    version: 1,
    format: format.name,
    logId,
    exportedAt: now,
    scope,
  } as const;
  const writer = new ExportWriter(format, header);
  const selection = selectionOf(scope);
  const log = new LogTree();
  const head = await store.head();
  let pending = writer.begin();
  for (let position = 0; position < head; ) {
    const page = await store.readAll({ afterPosition: position, maxCount: PAGE });
    for (const event of page) {
      if (event.position > head) break;
      const index = log.size;
      log.add(event);
      const stored = () => JSON.parse(event.body) as StoredEvent;
      if (selection.takes({ stream: event.stream, position: event.position, stored }))
        pending += writer.event({ index, position: event.position, body: event.body }, event.hash);
    }
    position = page.at(-1)?.position ?? head;
    if (pending.length >= PIECE) {
      await write(pending);
      pending = '';
    }
    onProgress?.(Math.min(position, head), head);
  }
  if (writer.events === 0 && scope.kind !== 'ALL')
    throw new NothingToExport(`the log holds no event of ${saidOf(scope)}`);
  if (since !== null && (since < 1 || since > log.size))
    throw new NothingToExport(
      `the log has ${log.size} events, the checkpoint that was given ${since}: it is no later one`,
    );
  const heads = log.heads();
  const checkpoint = signCheckpoint(log.checkpoint(heads, { logId, signedAt: now }), signer);
  const facts = {
    checkpoint,
    logProof: base64Of(partsProof(log.tree, writer.indices, log.size)),
    heads: headsOf(selection.streams, heads),
    consistency:
      since === null ? null : { from: since, proof: base64Of(consistencyProof(log.tree, since, log.size)) },
    summary: selection.summary(),
  };
  for (const line of writer.end(facts, signer)) {
    pending += line;
    if (pending.length < PIECE) continue;
    await write(pending);
    pending = '';
  }
  await write(pending);
  return { events: writer.events, size: log.size };
}

/** Where the streams end, as far as there are such. */
export function headsOf(streams: readonly string[], heads: HeadsTree): ExportTrailer['heads'] {
  const proven = streams.flatMap((stream) => {
    const found = heads.find(stream);
    return found === null ? [] : [{ ...found.head, index: found.index }];
  });
  const indices = proven.map(({ index }) => index);
  return {
    streams: proven,
    proof: proven.length === 0 ? [] : base64Of(partsProof(heads.tree, indices, heads.tree.size)),
  };
}

function saidOf(scope: ExportScope): string {
  switch (scope.kind) {
    case 'ALL':
      return 'anything';
    case 'RANGE':
      return `positions ${scope.after + 1} to ${scope.until ?? 'its end'}`;
    case 'ACCOUNT':
      return `account ${scope.accountId}: check --account`;
    case 'EVIDENCE':
      return `user ${scope.userId} in account ${scope.accountId}: check --account and --user`;
  }
}
