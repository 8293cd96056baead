import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { startRequest } from '../../src/operations/tracing.js';
import { accountWorld } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe('without an SDK', () => {
  it('the trace of the caller is named in the log all the same', () => {
    expect(startRequest({ traceparent: TRACEPARENT }, '/graphql').traceId).to.equal(TRACE_ID);
    for (const traceparent of [undefined, '', 'ann@example.com', `00-${'0'.repeat(32)}-${PARENT_ID}-01`])
      expect(startRequest({ traceparent }, '/graphql').traceId).to.equal(null);
  });
});

describe('traces', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  let muster: TestMuster;
  before(async () => {
    context.setGlobalContextManager(new StoredContexts());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(provider);
    muster = await startMuster();
  });
  after(async () => {
    await muster.close();
    await provider.shutdown();
    trace.disable();
    propagation.disable();
    context.disable();
  });

  it('lead from the caller over request and command to append and projection', async () => {
    const { accountId, olga } = await accountWorld(muster);
    exporter.reset();
    await send(muster, olga.client.token, { accountId, name: 'Group Canary' });
    // Mail and the like have traces of their own.
    const spans = (await finished('POST /graphql')).filter((span) => span.spanContext().traceId === TRACE_ID);
    const request = one(spans, 'POST /graphql');
    const command = one(spans, 'muster.command');
    const append = one(spans, 'muster.append');
    expect(request.parentSpanContext?.spanId).to.equal(PARENT_ID);
    expect(command.parentSpanContext?.spanId).to.equal(request.spanContext().spanId);
    expect(append.parentSpanContext?.spanId).to.equal(command.spanContext().spanId);
    expect(request.attributes).to.deep.equal({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'graphql.operation.type': 'mutation',
    });
    expect(command.attributes).to.deep.equal({
      'muster.command.types': 'createGroup',
      'muster.outcome': 'APPLIED',
    });
    expect(append.attributes).to.deep.equal({ 'muster.events': 1 });
    const projection = one(spans, 'muster.projection');
    expect(projection.parentSpanContext?.spanId).to.equal(request.spanContext().spanId);
  });

  it('show an append for several callers below the first, with links to the others', async () => {
    const { accountId, olga } = await accountWorld(muster);
    exporter.reset();
    const names = Array.from({ length: 20 }, (_, i) => `Group ${i}`);
    await Promise.all(names.map((name) => send(muster, olga.client.token, { accountId, name }, false)));
    const spans = await finished('POST /graphql', names.length);
    const commands = new Set(spans.filter(isCommand).map((span) => span.spanContext().spanId));
    expect(commands.size).to.equal(names.length);
    const served = spans
      .filter(({ name }) => name === 'muster.append')
      .flatMap((span) => [span.parentSpanContext?.spanId, ...span.links.map((link) => link.context.spanId)])
      .filter((id) => id !== undefined && commands.has(id));
    expect(new Set(served)).to.deep.equal(commands);
    expect(served).to.have.lengthOf(names.length);
  });

  it('hold nothing of what was sent, and no id', async () => {
    const { accountId, olga } = await accountWorld(muster);
    exporter.reset();
    await olga.client.mutate('addUser', {
      accountId,
      person: { email: 'ann.canary@example.com', name: 'Ann Canary' },
      role: 'CONTRIBUTOR',
    });
    await olga.client.send('query Canary { canary: nonsense(name: "Ann Canary") }');
    const spans = await finished('POST /graphql', 2);
    const shown = JSON.stringify(
      spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
    );
    expect(shown).not.to.match(/canary|@|[0-9a-f]{8}-[0-9a-f]{4}-/i);
  });

  it('give an error that nobody foresaw the id of its trace, in the answer and in the log', async () => {
    const broken = await startMuster();
    try {
      broken.core.application.pseudonymOf = () => Promise.reject(new Error('unforeseen'));
      Object.defineProperty(broken.readModel, 'members', {
        get: () => {
          throw new Error('unforeseen');
        },
      });
      const answer = await fetch(`${broken.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${broken.root.token}`,
          traceparent: TRACEPARENT,
        },
        body: JSON.stringify({ query: '{ viewer { accounts { nodes { id } } } }' }),
      });
      const { errors } = (await answer.json()) as { errors: { extensions: Record<string, string> }[] };
      expect(errors[0]?.extensions).to.include({ code: 'INTERNAL_SERVER_ERROR', traceId: TRACE_ID });
      const line = broken
        .logged()
        .split('\n')
        .find((text) => text.includes(String(errors[0]?.extensions.errorId)));
      const logged = JSON.parse(line ?? '{}') as Record<string, string>;
      expect(logged.traceId).to.equal(TRACE_ID);
      expect(logged.requestId).to.equal(answer.headers.get('x-request-id'));
    } finally {
      await broken.close();
    }
  });

  async function finished(name: string, count = 1): Promise<readonly ReadableSpan[]> {
    const all = () => exporter.getFinishedSpans();
    while (all().filter((span) => span.name === name).length < count) await new Promise(setImmediate);
    return all();
  }
});

const isCommand = ({ name }: ReadableSpan): boolean => name === 'muster.command';

function one(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const [span, ...others] = spans.filter((candidate) => candidate.name === name);
  expect(others, name).to.deep.equal([]);
  if (span === undefined) throw new Error(`there is no span ${name}`);
  return span;
}

async function send(muster: TestMuster, token: string, input: object, isTraced = true): Promise<void> {
  const query = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }';
  const answer = await fetch(`${muster.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(isTraced ? { traceparent: TRACEPARENT } : {}),
    },
    body: JSON.stringify({ query, variables: { input } }),
  });
  expect(await answer.text()).to.include('APPLIED');
}

/** What an SDK for Node brings along. */
class StoredContexts implements ContextManager {
  readonly #stored = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#stored.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    run: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#stored.run(active, () => run.call(thisArg as ThisParameterType<F>, ...args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    return ((...args: unknown[]) => this.#stored.run(active, () => target(...args))) as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#stored.disable();
    return this;
  }
}
