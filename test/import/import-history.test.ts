import { expect } from 'chai';
import { importedAccountId, importedIdentity } from '../../src/application/import/identifiers.js';
import { MusterApplication } from '../../src/application/muster-application.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import {
  type AppendRequest,
  type EventStore,
  MAX_APPEND_BYTES,
  StoreUnavailable,
} from '../../src/event-store/event-store.js';
import { add, historyOf, remove, role, smallHistory, teamAdd, teamCreate } from './history.js';
import { accountEvents, type Core, importLines, SOURCE, withCore } from './open-test-core.js';

const acme = importedAccountId(SOURCE, 'acme');

describe('importing a history', () => {
  it('brings every organisation in as an account, every change set as one append', () =>
    withCore(async (core) => {
      const report = await importLines(core, smallHistory);
      expect(report).to.deep.include({ accounts: 2, changeSets: 8, changeSetsApplied: 8 });
      expect(report).to.deep.include({ operationsApplied: 19, operationsSkipped: 2 });
      expect(await namesIn(core, 'acme')).to.deep.equal({
        ann: 'OWNER',
        bob: 'CONTRIBUTOR',
        dan: 'CONTRIBUTOR',
      });
      expect(await namesIn(core, 'beta')).to.deep.equal({ cat: 'OWNER' });
      const marks = (await accountEvents(core)).filter(({ type }) => type === 'ChangeSetImported');
      expect(marks).to.have.length(8);
    }));

  it('keeps the original times and says who brought them in', () =>
    withCore(async (core) => {
      await importLines(core, smallHistory);
      const events = (await accountEvents(core)).filter(({ accountId }) => accountId === acme);
      expect(events[0]?.occurredAt).to.equal('2019-01-01T00:00:00.000Z');
      expect(events.at(-1)?.occurredAt).to.equal('2019-01-01T00:07:00.000Z');
      for (const event of events) expect(event.actor).to.deep.include({ kind: 'IMPORT', id: 'import' });
    }));

  it('writes nothing the second time', () =>
    withCore(async (core) => {
      await importLines(core, smallHistory);
      const head = await core.store.head();
      const again = await importLines(core, smallHistory);
      expect(again).to.deep.include({ changeSetsApplied: 0, operationsApplied: 0, accountEvents: 0 });
      expect(await core.store.head()).to.equal(head);
    }));

  it('goes on with what has been added to the file', () =>
    withCore(async (core) => {
      await importLines(core, smallHistory.slice(0, 3));
      const rest = await importLines(core, smallHistory);
      expect(rest.changeSetsApplied).to.equal(5);
      expect(await namesIn(core, 'acme')).to.deep.equal({
        ann: 'OWNER',
        bob: 'CONTRIBUTOR',
        dan: 'CONTRIBUTOR',
      });
    }));

  it('keeps one person who is in two organisations one person', () =>
    withCore(async (core) => {
      await importLines(core, smallHistory);
      const ids = (await accountEvents(core)).flatMap((event) =>
        event.type === 'UserAdded' ? [event.data.userId] : [],
      );
      expect(ids.length - new Set(ids).size).to.equal(1);
    }));
});

describe('an import that is cut off', () => {
  it('comes to the same end, wherever it was cut', async function () {
    this.timeout(60_000);
    const whole = await outcomeOf(async (core) => void (await importLines(core, smallHistory)));
    let cuts = 0;
    for (let appends = 0; appends < 200; appends += 1) {
      let cut = false;
      const outcome = await outcomeOf(
        async (core) => {
          cut = await cutAfter(core, appends);
        },
        async (core) => void (await importLines(core, smallHistory)),
      );
      expect(outcome, `cut after ${appends} appends`).to.deep.equal(whole);
      if (!cut) break;
      cuts += 1;
    }
    expect(cuts).to.be.within(21, 199);
  });
});

describe('a history that breaks a rule', () => {
  it('is refused before anything is applied when the file shows it', () =>
    withCore(async (core) => {
      const lines = historyOf([{ changes: [add('ann', 'admin')] }, { changes: [remove('zoe')] }]);
      expect(await failureOf(importLines(core, lines))).to.match(/^line 2, operation 1: NOT_A_MEMBER: /);
      expect(await core.store.head()).to.equal(0);
    }));

  it('of the account is refused with its line, operation and code; nothing of the change set is applied', () =>
    withCore(async (core) => {
      const lines = historyOf([
        { changes: [add('ann', 'admin'), add('bob')] },
        { changes: [add('cat'), teamCreate('core'), remove('ann'), add('dan')] },
      ]);
      expect(await failureOf(importLines(core, lines))).to.match(/^line 2, operation 3: LAST_OWNER: .*acme/);
      expect(await namesIn(core, 'acme')).to.deep.equal({ ann: 'OWNER', bob: 'CONTRIBUTOR' });
      const types = (await accountEvents(core)).map(({ type }) => type);
      expect(types.filter((type) => type === 'GroupCreated' || type === 'UserRemoved')).to.deep.equal([]);
    }));

  it('in its very first change set opens no account', () =>
    withCore(async (core) => {
      const lines = historyOf([{ changes: [add('ann', 'admin'), role('ann', 'admin', 'member')] }]);
      expect(await failureOf(importLines(core, lines))).to.match(/^line 1, operation 2: LAST_OWNER: /);
      expect(await core.store.readStream(`account-${acme}`, { maxCount: 1 })).to.have.length(0);
    }));

  it('lies in the future', () =>
    withCore(async (core) => {
      const line = {
        seq: 1,
        org_seq: 1,
        time: '2999-01-01T00:00:00.000Z',
        org: 'acme',
        changes: [add('ann', 'admin')],
      };
      expect(await failureOf(importLines(core, [JSON.stringify(line)]))).to.match(
        /^line 1.*OCCURRED_OUT_OF_ORDER/,
      );
    }));
});

describe('another history under the same name', () => {
  it('is refused with organisation and place, and nothing is written', () =>
    withCore(async (core) => {
      await importLines(core, smallHistory);
      const head = await core.store.head();
      const other = smallHistory.map((line) => line.replaceAll('"dan"', '"eve"'));
      expect(await failureOf(importLines(core, other))).to.match(
        /^line 8: OTHER_HISTORY: acme at org_seq 6 differs .*another history.*--source/,
      );
      expect(await core.store.head()).to.equal(head);
    }));

  it('is refused when the file ends before what was imported', () =>
    withCore(async (core) => {
      await importLines(core, smallHistory);
      expect(await failureOf(importLines(core, smallHistory.slice(0, 4)))).to.match(
        /OTHER_HISTORY: the file ends at org_seq 3 of acme, but 6 were imported/,
      );
    }));
});

describe('a change set too large for one append', () => {
  const people = Array.from({ length: 700 }, (_, index) => `person-${index}`);
  const lines = historyOf([
    {
      changes: [
        add('ann', 'admin'),
        ...people.map((person) => add(person)),
        teamCreate('all'),
        ...people.map((person) => teamAdd('all', person)),
      ],
    },
    { changes: [remove('person-1')] },
  ]);

  it('goes in numbered parts, each within the limit', () =>
    withCore(async (core) => {
      await importLines(core, lines);
      const marks = (await accountEvents(core)).flatMap((event) =>
        event.type === 'ChangeSetImported' ? [event.data] : [],
      );
      const parts = marks.filter(({ sequence }) => sequence === 1);
      expect(parts.length).to.be.greaterThan(1);
      expect(parts.map(({ part }) => part)).to.deep.equal(parts.map((_, index) => index + 1));
      expect(parts.map(({ complete }) => complete)).to.deep.equal(
        parts.map((_, index) => index === parts.length - 1),
      );
      expect(parts.at(-1)?.operationsApplied).to.equal(1_402);
      const recorded = await core.store.readStream(`account-${acme}`, { maxCount: 100_000 });
      let bytes = 0;
      for (const event of recorded) {
        bytes += Buffer.byteLength(event.body);
        if (event.type !== 'ChangeSetImported') continue;
        expect(bytes).to.be.at.most(MAX_APPEND_BYTES);
        bytes = 0;
      }
    }));

  it('is taken up again between two parts', async function () {
    this.timeout(60_000);
    const whole = await outcomeOf(async (core) => void (await importLines(core, lines)));
    const outcome = await outcomeOf(
      async (core) => {
        await failureOf(importLines(core, lines, failing(core, { onAccountAppend: 2 })));
        const marks = (await accountEvents(core)).flatMap((event) =>
          event.type === 'ChangeSetImported' ? [event.data] : [],
        );
        expect(marks).to.have.length(1);
        expect(marks[0]).to.deep.include({ part: 1, complete: false });
      },
      async (core) => void (await importLines(core, lines)),
    );
    expect(outcome).to.deep.equal(whole);
  });
});

async function namesIn(core: Core, org: string): Promise<Readonly<Record<string, string>>> {
  const { names, members } = await stateOf(core, org);
  return Object.fromEntries(
    [...members].map(([userId, memberRole]) => [names.get(userId), memberRole]).sort(),
  );
}

/** The source's names of everyone, and who is in the account now with which role. */
async function stateOf(core: Core, org: string) {
  const users = [
    'ann',
    'bob',
    'cat',
    'dan',
    'eve',
    ...Array.from({ length: 700 }, (_, index) => `person-${index}`),
  ];
  const names = new Map<string, string>();
  for (const user of users) {
    const userId = await core.application.people.find(importedIdentity(SOURCE, user));
    if (userId !== null) names.set(userId, user);
  }
  const members = await core.application.accounts.read(importedAccountId(SOURCE, org), ({ state }) =>
    [...state.memberships.entries()]
      .filter(([, membership]) => membership.status === 'ACTIVE')
      .map(([userId, membership]): [string, string] => [userId, membership.role]),
  );
  return { names, members: new Map(members) };
}

/**
 * What the log says after the steps, each by an application that remembers nothing of the one before; ids of people
 * replaced by names.
 */
async function outcomeOf(...steps: readonly ((core: Core) => Promise<void>)[]) {
  const outcome: { events: unknown[]; chain: string } = { events: [], chain: '' };
  await withCore(async (core) => {
    for (const step of steps) await step({ ...core, application: new MusterApplication(core.parts) });
    const { names } = await stateOf(core, 'acme');
    const root = (await core.application.rootAccountId()) ?? '';
    outcome.chain = (await verifyStreams(core.store)).status;
    outcome.events = (await accountEvents(core))
      .filter(({ accountId }) => accountId !== root)
      .map(({ accountId, type, occurredAt, data }) =>
        [accountId, type, occurredAt, JSON.stringify({ ...data, membershipId: undefined })]
          .join(' ')
          .replaceAll(root, 'root')
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => names.get(id) ?? id),
      )
      .sort();
  });
  return outcome;
}

/** Imports on a store that fails for good after some appends; true when that stopped it. */
async function cutAfter(core: Core, appends: number): Promise<boolean> {
  try {
    await importLines(core, smallHistory, failing(core, { afterAppends: appends }));
    return false;
  } catch {
    return true;
  }
}

/** The application on a store that takes no more appends from some point on. */
function failing(core: Core, when: { readonly afterAppends?: number; readonly onAccountAppend?: number }) {
  let appends = 0;
  let accountAppends = 0;
  const { store: real } = core;
  const store: EventStore = {
    logId: real.logId,
    isExclusive: real.isExclusive,
    append: async (request: AppendRequest) => {
      appends += 1;
      if (request.stream === `account-${acme}`) accountAppends += 1;
      const isOver =
        appends > (when.afterAppends ?? Number.POSITIVE_INFINITY) ||
        accountAppends >= (when.onAccountAppend ?? Number.POSITIVE_INFINITY);
      if (isOver) throw new StoreUnavailable('cut off by the test');
      return real.append(request);
    },
    readStream: (stream, options) => real.readStream(stream, options),
    readAll: (options) => real.readAll(options),
    readAt: (position) => real.readAt(position),
    head: () => real.head(),
    subscribe: (options) => real.subscribe(options),
    close: () => real.close(),
  };
  return new MusterApplication({ ...core.parts, store });
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('expected a refusal');
}
