import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import type { RecordChangeSet } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';

/** Change sets of one source come in order, without gap or repeat; a part only after the part before it. */
export const recordChangeSet = ({ state }: Case, command: RecordChangeSet): Decision<AccountEvent> => {
  const { type: _, ...cursor } = command;
  const last = state.imports.get(command.source);
  const expected =
    last === undefined
      ? { sequence: 1, part: 1 }
      : last.complete
        ? { sequence: last.sequence + 1, part: 1 }
        : { sequence: last.sequence, part: last.part + 1 };
  if (cursor.sequence !== expected.sequence || cursor.part !== expected.part)
    return reject(
      'IMPORT_OUT_OF_SEQUENCE',
      `Expected change set ${expected.sequence}, part ${expected.part}; got ${cursor.sequence}, part ${cursor.part}.`,
      { field: 'sequence' },
    );
  return [{ type: 'ChangeSetImported', data: cursor }];
};
