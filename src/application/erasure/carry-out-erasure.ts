import type { DestroyedThing } from '../../domain/user/events.js';
import { WrongExpectedRevision } from '../../event-store/event-store.js';
import type { PersonalDataPort } from '../personal-data-port.js';
import type { ErasureLedger } from './erasure-ledger.js';
import { PersonStream, type PersonStreamParts, writtenByMuster } from './person-stream.js';
import type { PersonalTraces } from './personal-traces.js';

export interface CarryOutParts extends PersonStreamParts {
  readonly personalData: Pick<PersonalDataPort, 'destroyKey' | 'keptBy'>;
  readonly ledger: ErasureLedger;
  readonly traces: PersonalTraces;
}

/**
 * What follows from ErasureRequested, from the first step to the receipt; every step can be repeated, so that after a
 * crash it begins anew. First the ledger, because from then on no restored backup brings the person back. Resolves
 * with the position of PersonalDataErased; null when there is nothing to do, or not everything could be done yet.
 */
export const carryOutErasure = async (parts: CarryOutParts, userId: string): Promise<number | null> => {
  const { environment, personalData, ledger, traces } = parts;
  const stream = await PersonStream.read(parts, userId);
  const request = stream.entries.find(({ event }) => event.type === 'ErasureRequested');
  if (stream.person.status !== 'ERASURE_REQUESTED' || request === undefined) return null;
  const { eventId: requestEventId, recordedAt: requestedAt } = request.event;
  await ledger.record({ userId, requestEventId, requestedAt });
  await personalData.destroyKey(userId);
  const keyGoneAt = environment.now();
  const removed = await traces.remove(userId, request.recorded.position);
  if (removed === null) return null;
  const at = new Date(environment.now()).toISOString();
  const destroyed: readonly DestroyedThing[] = [
    { what: 'KEY', count: 1, at: new Date(keyGoneAt).toISOString(), by: personalData.keptBy },
    { what: 'NAMES', count: 1, at, by: removed.names.by },
    { what: 'MAILS', count: removed.mails.count, at, by: removed.mails.by },
  ];
  try {
    const { position } = await stream.append(
      { type: 'PersonalDataErased', data: { userId, receipt: { requestEventId, destroyed } } },
      // Found where the request is found.
      { ...writtenByMuster('erasure', environment, request.event), accountId: request.event.accountId },
    );
    return position;
  } catch (error) {
    // Another node was at it too, and has written the receipt.
    if (error instanceof WrongExpectedRevision) return null;
    throw error;
  }
};

/**
 * The same on a node that did not write the receipt, in its own ledger and its own folders; the key goes again, should
 * a backup of the vault have brought it back. False: not everything could be done yet.
 */
export const followErasure = async (parts: CarryOutParts, userId: string): Promise<boolean> => {
  const { personalData, ledger, traces } = parts;
  const { entries } = await PersonStream.read(parts, userId);
  const request = entries.find(({ event }) => event.type === 'ErasureRequested');
  if (request === undefined) throw new Error(`user-${userId} was erased, but nobody asked for it`);
  const { eventId: requestEventId, recordedAt: requestedAt } = request.event;
  await ledger.record({ userId, requestEventId, requestedAt });
  await personalData.destroyKey(userId);
  return (await traces.remove(userId, request.recorded.position)) !== null;
};
