import {
  type Context,
  context,
  createContextKey,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/**
 * Spans by the API of OpenTelemetry alone: as long as nobody brings an SDK they go nowhere and cost nothing. Attributes
 * come from closed lists of this build: never an id, a name or anything that was sent.
 */
const tracer = trace.getTracer('muster');

export type Attributes = Readonly<Record<string, string | number>>;

export interface RequestTrace {
  readonly span: Span;
  /** What runs in it is part of the request. */
  readonly within: Context;
  /** 32 hex digits; null when neither caller nor SDK gave one. */
  readonly traceId: string | null;
}

/** Takes up the trace that the caller began (W3C `traceparent`), or begins one. */
export function startRequest(headers: Readonly<Record<string, unknown>>, route: string): RequestTrace {
  const begun = propagation.extract(ROOT_CONTEXT, headers);
  const parent =
    trace.getSpanContext(begun) === undefined ? withTraceparent(begun, headers.traceparent) : begun;
  const span = tracer.startSpan(
    `POST ${route}`,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'POST', 'http.route': route } },
    parent,
  );
  const { traceId } = span.spanContext();
  return { span, within: trace.setSpan(parent, span), traceId: /^0*$/.test(traceId) ? null : traceId };
}

/** Without an SDK nobody reads the header, and the log lines would not name the caller's trace. */
function withTraceparent(within: Context, header: unknown): Context {
  const [, traceId, spanId, flags] =
    typeof header === 'string' ? (/^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header) ?? []) : [];
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId))
    return within;
  return trace.setSpanContext(within, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags ?? '0', 16),
    isRemote: true,
  });
}

/** Runs something as a span of its own below whatever is under way. */
export async function inSpan<T>(
  { name, attributes = {} }: { readonly name: string; readonly attributes?: Attributes },
  run: (span: Span) => Promise<T>,
): Promise<T> {
  const links = context.active().getValue(ALSO_FOR) as readonly Link[] | undefined;
  const span = tracer.startSpan(name, { attributes, ...(links === undefined ? {} : { links: [...links] }) });
  try {
    return await context.with(trace.setSpan(context.active(), span), run, undefined, span);
  } catch (error) {
    // The name only: what a message says may be somebody's data.
    span.setStatus({ code: SpanStatusCode.ERROR, message: nameOf(error) });
    throw error;
  } finally {
    span.end();
  }
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

const ALSO_FOR = createContextKey('muster: others for whom the same is done');

/** Runs something that is done for several at once below the first of them, with links to the others. */
export function onBehalfOf<T>(askers: readonly Context[], run: () => T): T {
  const [first, ...others] = askers;
  if (first === undefined) return run();
  const links = others.flatMap((other) => {
    const spanContext = trace.getSpanContext(other);
    return spanContext === undefined ? [] : [{ context: spanContext }];
  });
  return context.with(links.length === 0 ? first : first.setValue(ALSO_FOR, links), run);
}

export const underWay = (): Context => context.active();
