import { expect } from 'chai';
import { graphql } from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';
import { NOBODY, type RequestContext } from '../../schema/context.js';
import { Reads } from '../../schema/reads.js';
import { Rights } from '../../schema/rights.js';
import { Overloaded } from '../../src/application/account-errors.js';
import type { Outcome } from '../../src/application/outcome.js';
import { ReadModelBehind } from '../../src/application/work-lists.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { OutcomeUnknown, StoreUnavailable } from '../../src/event-store/event-store.js';

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
  return graphql({ schema, source, contextValue });
}
