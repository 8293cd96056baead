import type { RequestContext } from '../../schema/context.js';
import type { OperationKind } from '../operations/metrics.js';
import type { RequestTrace } from '../operations/tracing.js';
import type { Place } from './admission.js';

/** One request on its way, for logs, metrics and traces: ids and kinds, and never what was sent. */
export interface Asked {
  readonly trace: RequestTrace;
  readonly startedMs: number;
  operation: OperationKind;
  /** Known once the caller is. */
  requestId: string | null;
  /** Its room in memory; null before it has one. */
  place: Place | null;
  /** From here on its end is the handler's, whether or not anybody still waits for it. */
  isBeingHandled: boolean;
}

/** What leads from a line of the log to the request. */
export interface AskedIds {
  readonly requestId?: string;
  readonly traceId?: string;
}

export const idsOf = ({ requestId, trace }: Pick<Asked, 'requestId' | 'trace'>): AskedIds => ({
  ...(requestId === null ? {} : { requestId }),
  ...(trace.traceId === null ? {} : { traceId: trace.traceId }),
});

/** What the resolvers of a request get, and the engine around them beside. */
export type HttpContext = RequestContext & { readonly asked?: Asked };
