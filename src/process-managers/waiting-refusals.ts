import type { Refusals } from '../application/refusals.js';
import type { Work } from './work-loop.js';

export interface WaitingRefusalsParts {
  readonly refusals: Pick<Refusals, 'due' | 'recordDue'>;
}

/** Records refused attempts that no other has followed within the minute. */
export const waitingRefusals = ({ refusals }: WaitingRefusalsParts): Work<string> => ({
  name: 'refused attempts',
  parallel: 1,
  list: (limit) => refusals.due(limit),
  keyOf: (name) => name,
  do: (name) => refusals.recordDue(name),
});
