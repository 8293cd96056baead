import type { DomainEventType, StoredEvent } from './event.js';

type Data = Readonly<Record<string, unknown>>;

/** Gives the data of an event, as one version of its schema wrote it, the shape of the next version. */
export type Upcast = (data: Data) => Data;

/** By type of event: the step from version 1 to 2, from 2 to 3, and so on. */
export type Upcasts = ReadonlyMap<DomainEventType, readonly Upcast[]>;

/** Every type has had one version so far. A step that is added here makes this build write the next version. */
const upcasts: Upcasts = new Map();

/** The version that a build with these steps writes. */
export const schemaVersionOf = (type: DomainEventType, known: Upcasts = upcasts): number =>
  1 + (known.get(type)?.length ?? 0);

/** An event was written by a newer build in a shape that this one does not know: nothing is guessed. */
export class UnknownEventVersion extends Error {
  override readonly name = 'UnknownEventVersion';
  constructor({ stream, revision, type, schemaVersion }: StoredEvent) {
    super(
      `${stream} holds an event of type ${type} at revision ${revision} in version ${schemaVersion} of its schema, which ` +
        'this build does not know; it was written by a newer version. Run that version.',
    );
  }
}

/**
 * The one cast from stored bytes to an event, in the shape of this build whichever version wrote it. That the type is
 * known is checked by whoever reads a stream.
 * @throws UnknownEventVersion
 */
export const readStoredEvent = (body: string, known: Upcasts = upcasts): StoredEvent => {
  const stored = JSON.parse(body) as StoredEvent;
  const { type, schemaVersion } = stored;
  const current = schemaVersionOf(type, known);
  if (schemaVersion === current) return stored;
  const steps = known.get(type) ?? [];
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > current)
    throw new UnknownEventVersion(stored);
  const data = steps
    .slice(schemaVersion - 1)
    .reduce<Data>((before, upcast) => upcast(before), stored.data as Data);
  return { ...stored, schemaVersion: current, data } as StoredEvent;
};
