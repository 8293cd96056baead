import { LRUCache } from 'lru-cache';
import type { AuditReadKind } from '../domain/audit/events.js';
import { stableJson } from '../domain/stable-json.js';
import { hashOf } from '../event-store/chain.js';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.js';
import { appendEvent } from './append-event.js';
import type { Environment } from './environment.js';

const HOUR_MS = 3_600_000;
/** Readings of this hour remembered, so that a page of a list costs no append. */
const MOST_REMEMBERED = 10_000;
/** Of more accounts than this the reading is one event, at the root operator account. */
const MOST_EVENTS = 20;

export interface AuditReading {
  /** A user id; or a fixed word for the command line, which acts for whoever may open the files. */
  readonly actor: { readonly kind: 'USER' | 'SERVICE' | 'SYSTEM'; readonly id: string };
  readonly kind: AuditReadKind;
  /** Null: the whole log, which is recorded at the root operator account. */
  readonly accountIds: readonly string[] | null;
  /** Conditions without the page. */
  readonly filter: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
  /** When it was, ms. Default: now. */
  readonly at?: number;
}

interface ReadingParts {
  readonly store: EventStore;
  readonly environment: Environment;
  readonly rootAccountId: () => Promise<string | null>;
}

/**
 * Records that the audit log was read or exported: at most once for each actor, question and hour, by the name of the
 * stream, whichever node was asked. Nobody reads unrecorded: whoever is to be shown something waits for it first.
 * What was asked of several accounts together stands in full at the root operator account only: one tenant is not told
 * of the others, nor of what the conditions name of theirs.
 */
export class AuditReadings {
  readonly #parts: ReadingParts;
  readonly #recorded = new LRUCache<string, true>({ max: MOST_REMEMBERED });

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** @throws StoreUnavailable, OutcomeUnknown: it is not recorded, so nothing may be shown */
  async record(reading: AuditReading): Promise<void> {
    const { environment, rootAccountId } = this.#parts;
    const root = await rootAccountId();
    const accountIds = reading.accountIds ?? (root === null ? [] : [root]);
    if (accountIds.length === 0) return;
    const hour = Math.floor((reading.at ?? environment.now()) / HOUR_MS);
    const homes = accountIds.length <= MOST_EVENTS || root === null ? accountIds : [root];
    for (const home of homes)
      await this.#recordAt({ home, isRoot: home === root }, { ...reading, accountIds }, hour);
  }

  async #recordAt(
    { home, isRoot }: { readonly home: string; readonly isRoot: boolean },
    reading: AuditReading & { readonly accountIds: readonly string[] },
    hour: number,
  ): Promise<void> {
    const { actor, kind, accountIds, filter, correlationId, at } = reading;
    const asked =
      isRoot || accountIds.length === 1 ? { accountIds, filter } : { accountIds: [home], filter: {} };
    const filterDigest = hashOf(stableJson([kind, [...accountIds].sort(), filter]));
    const stream = `audit-read-${hashOf(stableJson([actor, filterDigest, home, hour]))}`;
    if (this.#recorded.has(stream)) return;
    try {
      await appendEvent(this.#parts, {
        stream,
        previous: null,
        event: { type: 'AuditRead', data: { kind, ...asked, filterDigest } },
        actor: { ...actor, onBehalfOf: null, authority: null },
        accountId: home,
        subjectId: null,
        correlationId,
        ...(at === undefined ? {} : { occurredAt: at }),
      });
    } catch (error) {
      // Recorded already in this hour, here before a restart or on another node.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    this.#recorded.set(stream, true);
  }
}
