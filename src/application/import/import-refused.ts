import type { RejectionCode } from '../../domain/rejection.js';

/** The history cannot go in as it is; `message` names the line, the operation and what is wrong with it. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';

  constructor(
    /** UNREADABLE: not a change set at all. OTHER_HISTORY: not what was imported before under this name. */
    readonly code: RejectionCode | 'UNREADABLE' | 'OTHER_HISTORY',
    /** From 1, as editors count. */
    readonly lineNumber: number,
    /** Place in the change set's list, from 1; null when it is about the whole line. */
    readonly operation: number | null,
    problem: string,
  ) {
    super(`line ${lineNumber}${operation === null ? '' : `, operation ${operation}`}: ${code}: ${problem}`);
  }
}
