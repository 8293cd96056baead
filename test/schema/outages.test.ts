import { expect } from 'chai';
import { parse } from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { NOBODY, type RequestContext } from '../../schema/context.js';
import { Reads } from '../../schema/reads.js';
import { Rights } from '../../schema/rights.js';
import { Overloaded } from '../../src/application/account-errors.js';
import { LogDamaged } from '../../src/application/account-fold.js';
import { UnknownEventType } from '../../src/application/decode-event.js';
import type { Outcome } from '../../src/application/outcome.js';
import { ReadModelBehind } from '../../src/application/work-lists.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { OutcomeUnknown, StoreUnavailable } from '../../src/event-store/event-store.js';
import { createCompiledExecutor } from '../../src/http/compiled-executor.js';

const schema = buildMusterSchema();
const accountId = 'f0f0f0f0-0000-4000-8000-000000000001';
const created = {
  type: 'GroupCreated',
  eventId: accountId,
  revision: 1,
  occurredAt: '2030-01-01T00:00:00.000Z',
  data: { groupId: accountId, name: 'G', parentId: null },
} as StoredEvent<AccountEvent>;
const applied: Outcome = {
  outcome: 'APPLIED',
  accountId,
  events: [created],
  position: 7,
  replayed: false,
  results: null,
};

interface Given {
  readonly execute: () => Promise<Outcome>;
  readonly waitFor?: () => Promise<boolean>;
  readonly read?: () => never;
}

describe('a mutation whose outcome is', () => {
  it('unknown says so, and to repeat it with the same key', async () => {
    const { errors } = await createGroup({ execute: () => Promise.reject(new OutcomeUnknown('lost')) });
    expect(errors?.[0]?.extensions.code).to.equal('OUTCOME_UNKNOWN');
    expect(errors?.[0]?.message).to.include('same idempotency key');
  });

  it('that the store takes no writes says that nothing was done, and when to try again', async () => {
    const { errors } = await createGroup({
      execute: () => Promise.reject(new StoreUnavailable('disk full')),
    });
    expect(errors?.[0]?.extensions).to.deep.include({ code: 'SERVICE_UNAVAILABLE' });
    expect(errors?.[0]?.extensions.http).to.deep.include({ status: 503 });
    expect(errors?.[0]?.message).not.to.include('disk full');
  });

  it('that it cannot be told which accounts there are says to come back', async () => {
    const { errors } = await createGroup({ execute: () => Promise.reject(new ReadModelBehind()) });
    expect(errors?.[0]?.extensions.code).to.equal('SERVICE_UNAVAILABLE');
    expect(errors?.[0]?.message).to.include('nothing was done');
  });

  it('that too many wait already is 503 with Retry-After', async () => {
    const { errors } = await createGroup({ execute: () => Promise.reject(new Overloaded()) });
    expect(errors?.[0]?.extensions).to.deep.include({ code: 'OVERLOADED' });
  });

  it('a fault of ours has no code that a caller could take for a refusal', async () => {
    const { errors } = await createGroup({ execute: () => Promise.reject(new TypeError('oops')) });
    expect(errors?.[0]?.extensions.code).to.equal(undefined);
  });
});

describe('after a commit a mutation never fails', () => {
  const done = { outcome: 'APPLIED', readable: false, position: '7' };

  it('when its effect is not readable in time', async () => {
    const { data } = await createGroup({ execute: async () => applied, waitFor: async () => false });
    expect(data?.createGroup).to.deep.include(done);
  });

  it('when waiting for it fails', async () => {
    const broken = {
      execute: async () => applied,
      waitFor: () => Promise.reject(new Error('projector gone')),
    };
    expect((await createGroup(broken)).data?.createGroup).to.deep.include(done);
  });

  it('when it cannot be read back', async () => {
    const read = () => {
      throw new Error('disk gone');
    };
    const { data, errors } = await createGroup({ execute: async () => applied, read });
    expect(errors).to.equal(undefined);
    expect(data?.createGroup).to.deep.include({ outcome: 'APPLIED', position: '7', group: null });
  });
});

describe('a query that asks the log itself', () => {
  const id = accountId;
  const selection = `[{ accountId: "${id}", userIds: ["${id}"] }]`;
  const queries = {
    availableActions: `availableActions(selection: ${selection}) { available }`,
    offboardingPreview: `offboardingPreview(accountId: "${id}", userId: "${id}", operation: REMOVE) { token }`,
    bulkPreview: `bulkPreview(operation: REMOVE, selection: ${selection}) { accounts { confirmation } }`,
    explainDecision: `explainDecision(accountId: "${id}", eventId: "${id}") { policyVersion }`,
  };
  const outages: readonly (readonly [Error, string, number])[] = [
    [new Overloaded(), 'OVERLOADED', 0],
    [new StoreUnavailable('disk full'), 'SERVICE_UNAVAILABLE', 1],
    [new LogDamaged('the log is damaged'), 'SERVICE_UNAVAILABLE', 1],
    [new UnknownEventType({ stream: 'account-1', revision: 3, type: 'Later' }), 'SERVICE_UNAVAILABLE', 1],
  ];
  for (const [name, field] of Object.entries(queries))
    for (const [failure, code, linesLogged] of outages)
      it(`${name} says that it is ${failure.name}, and logs it ${linesLogged} times`, async () => {
        const fails = () => Promise.reject(failure);
        const application = {
          offboarding: { availableActions: fails, preview: fails },
          bulk: { preview: fails },
          explainDecision: fails,
        };
        const { errors, logged } = await ask(`{ a: ${field} b: ${field} }`, { application });
        expect(errors?.[0]?.path).to.deep.equal(['a']);
        for (const { extensions, locations } of errors ?? []) {
          expect(extensions.code).to.equal(code);
          expect(extensions.http).to.deep.include({ status: 503 });
          expect(locations).to.have.length(1);
        }
        expect(logged).to.have.length(linesLogged);
      });

  it('leaves a fault of ours without a code, for the log to tell', async () => {
    const application = { explainDecision: () => Promise.reject(new TypeError('oops')) };
    const { errors } = await ask(`{ ${queries.explainDecision} }`, { application });
    expect(errors?.[0]?.extensions.code).to.equal(undefined);
  });
});

/** As the server executes it, the second time: compiled. */
async function ask(query: string, context: object) {
  const logged: object[] = [];
  const log = { error: (facts: object) => void logged.push(facts) };
  const run = createCompiledExecutor(schema, log);
  const contextValue = { actorId: NOBODY, userId: NOBODY, log, ...context };
  const request = { document: parse(query), queryHash: query, context: contextValue, request: {} };
  const again = () => run(request as unknown as Parameters<typeof run>[0]);
  if (query.startsWith('{')) await again();
  logged.length = 0;
  const { data, errors } = await again();
  return { data: data as Record<string, object> | null | undefined, errors, logged };
}

function createGroup({ execute, waitFor = async () => true, read }: Given) {
  const nothing = () => {
    throw new Error('nothing to read from');
  };
  const reads = new Reads(nothing, () => 0);
  const rights = new Rights({ authorityOf: () => read?.() ?? { own: null, operators: [] } }, NOBODY);
  const contextValue = {
    requestId: 'request',
    caller: { issuer: 'i', subject: 's' },
    userId: NOBODY,
    actorId: NOBODY,
    application: { accounts: { execute } },
    readModel: { position: 0, waitFor },
    reads,
    rights,
    log: { error: () => {} },
    newId: () => accountId,
  } as unknown as RequestContext;
  const source = `mutation { createGroup(input: { accountId: "${accountId}", name: "G" }) { outcome readable position group { id } } }`;
  return ask(source, contextValue);
}
