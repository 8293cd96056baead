import { WrongExpectedRevision } from '../../event-store/event-store.js';
import type { PersonalDataPort } from '../personal-data-port.js';
import type { ErasureLedger } from './erasure-ledger.js';
import { PersonStream, type PersonStreamParts, writtenByMuster } from './person-stream.js';

export interface ReapplyParts extends PersonStreamParts {
  readonly personalData: Pick<PersonalDataPort, 'hasKey' | 'destroyKey' | 'keptBy'>;
  readonly ledger: ErasureLedger;
}

export interface Reapplied {
  /** People whose key had come back, or whose erasure the log did not know or not to its end. */
  readonly people: number;
}

/**
 * Erases again whom the ledger names: the log may end before the erasure, and the vault may have been copied before it.
 * Before anything is served or projected. Repeating it changes nothing.
 * @param isRestored there is no read model and no mail yet, so that with the key all is destroyed
 */
export const reapplyLedger = async (
  parts: ReapplyParts,
  { isRestored }: { readonly isRestored: boolean },
): Promise<Reapplied> => {
  let people = 0;
  for (const { userId, requestEventId } of parts.ledger.entries()) {
    const hadKey = await parts.personalData.hasKey(userId);
    if (hadKey) await parts.personalData.destroyKey(userId);
    const completed = await completeStream(parts, { userId, requestEventId, isRestored });
    if (hadKey || completed) people += 1;
  }
  return { people };
};

interface Completion {
  readonly userId: string;
  readonly requestEventId: string;
  readonly isRestored: boolean;
}

/** True when the stream lacked something. */
const completeStream = async (parts: ReapplyParts, completion: Completion): Promise<boolean> => {
  const { userId, requestEventId, isRestored } = completion;
  const { environment, personalData } = parts;
  let lacked = false;
  for (;;) {
    const stream = await PersonStream.read(parts, userId);
    const { status } = stream.person;
    const by = { ...writtenByMuster('erasure-ledger', environment, null), causationId: requestEventId };
    const at = new Date(environment.now()).toISOString();
    const destroyed = [{ what: 'KEY', count: 1, at, by: personalData.keptBy }] as const;
    try {
      if (status === 'KNOWN' || status === 'UNKNOWN') {
        // Also of whom the log does not know yet: nobody must be made under this id, for the address may name it.
        await personalData.destroyKey(userId);
        await stream.append({ type: 'ErasureRequested', data: { userId } }, by);
      } else if (status === 'ERASURE_REQUESTED' && isRestored)
        await stream.append(
          { type: 'PersonalDataErased', data: { userId, receipt: { requestEventId, destroyed } } },
          by,
        );
      else return lacked;
      lacked = true;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
};
