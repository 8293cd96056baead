import type { StoredEvent } from '../../domain/event.js';
import type { StreamHead } from '../heads-tree.js';
import { EvidenceReader, type EvidenceSummary } from './evidence-summary.js';
import { accountStream, type ExportScope } from './export-file.js';

/** An event that is looked at; its body is parsed only where the scope asks for it. */
export interface Candidate {
  readonly stream: string;
  readonly position: number;
  stored(): StoredEvent;
}

export interface Selection {
  /** Looks at every event of the log, in order. */
  takes(event: Candidate): boolean;
  /** Streams whose ends are to be proven. */
  readonly streams: readonly string[];
  summary(): EvidenceSummary | null;
}

export function selectionOf(scope: ExportScope): Selection {
  const nothing = { streams: [], summary: () => null };
  switch (scope.kind) {
    case 'ALL':
      return { ...nothing, takes: () => true };
    case 'RANGE': {
      const { after, until } = scope;
      const last = until ?? Number.MAX_SAFE_INTEGER;
      return { ...nothing, takes: ({ position }) => position > after && position <= last };
    }
    case 'ACCOUNT': {
      const stream = accountStream(scope.accountId);
      return { ...nothing, takes: (event) => event.stream === stream, streams: [stream] };
    }
    case 'EVIDENCE': {
      const evidence = new EvidenceReader(scope);
      return {
        // Mails stand in streams of their own; nothing else outside the account's stream concerns anybody in it.
        takes: (event) => isOfAccount(event.stream, scope.accountId) && evidence.add(event.stored()),
        streams: [accountStream(scope.accountId)],
        summary: () => evidence.summary(),
      };
    }
  }
}

const isOfAccount = (stream: string, accountId: string): boolean =>
  stream === accountStream(accountId) || stream.startsWith('effect-');

/** Follows one stream through a file: from its first event without a gap, each with the hash of the one before. */
export class StreamFollower {
  #head: StreamHead | null = null;

  constructor(readonly stream: string) {}

  get head(): StreamHead | null {
    return this.#head;
  }

  /** False when the event is not the next one of the stream. */
  add({ stream, revision, previousHash }: StoredEvent, hash: string): boolean {
    const isNext =
      stream === this.stream &&
      revision === (this.#head?.revision ?? -1) + 1 &&
      previousHash === (this.#head?.hash ?? null);
    this.#head = { stream, revision, hash };
    return isNext;
  }
}
