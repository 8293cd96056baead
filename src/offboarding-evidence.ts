import { setImmediate as nextTurn } from 'node:timers/promises';
import { mailPositionsAbout } from '../projections/queries/audit-entry.js';
import { leafAt, logSize, logTree, readHeads } from '../projections/queries/proof.js';
import type { ReadModel } from '../projections/read-model.js';
import { inTurn } from './application/account-questions.js';
import type { Environment } from './application/environment.js';
import { ReadModelBehind } from './application/work-lists.js';
import type { StoredEvent } from './domain/event.js';
import type { EventStore, RecordedEvent } from './event-store/event-store.js';
import { originOf, signCheckpoint } from './proof/checkpoint.js';
import type { WhoseEvidence } from './proof/export/evidence-summary.js';
import { accountStream, base64Of } from './proof/export/export-file.js';
import { headsOf } from './proof/export/export-log.js';
import { selectionOf } from './proof/export/export-scope.js';
import { ExportWriter } from './proof/export/export-writer.js';
import { jsonlFormat } from './proof/export/jsonl-format.js';
import type { NoteSigner } from './proof/signed-note.js';
import { partsProof, rootOf } from './proof/tree-proofs.js';

export interface EvidenceParts {
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly signer: NoteSigner;
  readonly environment: Environment;
}

/** A read model that is not level with the log after this long proves nothing (ms). */
const CATCH_UP_MS = 2_000;
const PAGE = 500;

/**
 * The file that `muster export --evidence` writes, from the read model and the streams concerned: the log is not read
 * from its beginning. One at a time: each holds the tree of all stream heads. Null when nothing concerns the person.
 * @throws ReadModelBehind, Overloaded
 */
export const offboardingEvidence =
  (parts: EvidenceParts) =>
  (whose: WhoseEvidence): Promise<string | null> =>
    inTurn(parts.store, 'evidence', () => evidenceOf(parts, whose));

async function evidenceOf(
  { store, readModel, signer, environment }: EvidenceParts,
  whose: WhoseEvidence,
): Promise<string | null> {
  if (!(await readModel.waitFor(await store.head(), CATCH_UP_MS))) throw new ReadModelBehind();
  const db = readModel.openProof();
  try {
    db.exec('BEGIN');
    const { size, position } = logSize(db);
    const nodes = logTree(db);
    const scope = { kind: 'EVIDENCE', ...whose } as const;
    const selection = selectionOf(scope);
    const heads = await readHeads(db, { wanted: selection.streams, pause: () => nextTurn() });
    const now = new Date(environment.now()).toISOString();
    const { logId } = store;
    const writer = new ExportWriter(jsonlFormat, {
      muster: 'export',
      version: 1,
      format: 'jsonl',
      logId,
      exportedAt: now,
      scope,
    });
    const lines = [writer.begin()];
    const stream = eventsOf(store, accountStream(whose.accountId));
    const mails = { store, positions: mailPositionsAbout(readModel.audit, whose) };
    for await (const event of inOrder(stream, mails)) {
      if (event.position > position) break;
      const stored = () => JSON.parse(event.body) as StoredEvent;
      if (!selection.takes({ stream: event.stream, position: event.position, stored })) continue;
      const index = leafAt(db, event.position);
      if (index === null) throw new Error(`the read model has no leaf for position ${event.position}`);
      lines.push(writer.event({ index, position: event.position, body: event.body }, event.hash));
    }
    if (writer.events === 0) return null;
    const checkpoint = {
      origin: originOf(logId),
      size,
      root: rootOf(nodes, size),
      position,
      streams: heads.tree.size,
      headsRoot: rootOf(heads.tree, heads.tree.size),
      signedAt: now,
    };
    const facts = {
      checkpoint: signCheckpoint(checkpoint, signer),
      logProof: base64Of(partsProof(nodes, writer.indices, size)),
      heads: headsOf(selection.streams, heads),
      consistency: null,
      summary: selection.summary(),
    };
    return [...lines, ...writer.end(facts, signer)].join('');
  } finally {
    db.close();
  }
}

async function* eventsOf(store: EventStore, stream: string): AsyncGenerator<RecordedEvent> {
  for (let fromRevision = 0; ; ) {
    const page = await store.readStream(stream, { fromRevision, maxCount: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    fromRevision += page.length;
    await nextTurn();
  }
}

/** Both in the order of the log; each mail is fetched when its turn comes. */
async function* inOrder(
  stream: AsyncGenerator<RecordedEvent>,
  mails: { readonly store: EventStore; readonly positions: readonly number[] },
): AsyncGenerator<RecordedEvent> {
  const waiting = [...mails.positions];
  const until = async function* (position: number) {
    for (let next = waiting[0]; next !== undefined && next < position; next = waiting[0]) {
      waiting.shift();
      yield eventAt(mails.store, next);
    }
  };
  for await (const event of stream) {
    yield* until(event.position);
    yield event;
  }
  yield* until(Number.MAX_SAFE_INTEGER);
}

async function eventAt(store: EventStore, position: number): Promise<RecordedEvent> {
  const event = await store.readAt(position);
  if (event === null) throw new Error(`the log holds no event at position ${position} of the read model`);
  return event;
}
