import { expect } from 'chai';
import {
  type AppendRequest,
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../src/event-store/event-store.js';
import {
  APPEND_TROUBLE_HOLDS_MS,
  type EventStoreDbEventStore,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { type Fault, type FaultAction, planOf } from '../support/wire-server/faults.js';
import { chained, idsOf, newStream, readEverything, rejectionOf } from './sample-events.js';
import { hurriedPacing, type TemporaryWireLog, temporaryWireLog } from './temporary-wire-log.js';

const appendOf = (count = 2): AppendRequest => ({
  stream: newStream(),
  expectedRevision: 'NO_STREAM',
  events: chained(count),
});

/** The server did nothing, and says so. */
const NOT_TAKEN: readonly FaultAction[] = ['not-ready', 'too-busy', 'not-leader'];
/** Nobody can tell. */
const OPEN: readonly FaultAction[] = [
  'drop',
  'hang',
  'timed-out',
  'cancelled',
  'deadline-exceeded',
  'unknown',
];

describe('the EventStoreDB event store when appends go wrong', () => {
  let log: TemporaryWireLog;
  let store: EventStoreDbEventStore;
  const fail = (faults: readonly Fault[], times = Number.POSITIVE_INFINITY) =>
    log.node.setFaults(planOf([{ method: 'Append', times, faults }]));
  const heal = () => log.node.setFaults(() => []);
  const appends = () => log.node.calls().Append ?? 0;

  beforeEach(async () => {
    log = await temporaryWireLog();
    store = await log.open({ pacing: hurriedPacing(), callTimeoutMs: 150, patienceMs: 500 });
  });
  afterEach(() => log.remove());

  describe('sends them again, with the same ids at the same revision', () => {
    const troubles: readonly (readonly ['before' | 'after', FaultAction])[] = [
      ...[...NOT_TAKEN, ...OPEN].map((action) => ['before', action] as const),
      ...OPEN.map((action) => ['after', action] as const),
    ];
    for (const [at, does] of troubles)
      it(`after a ${does} ${at} the write`, async () => {
        const request = appendOf();
        const before = appends();
        fail([{ at, does }], 1);
        const appended = await store.append(request);
        expect(appends() - before).to.equal(2);
        const events = await readEverything(store);
        expect(idsOf(events)).to.deep.equal(idsOf(request.events));
        expect(events.at(-1)).to.include(appended);
      });
  });

  for (const does of NOT_TAKEN)
    it(`says StoreUnavailable when all it ever hears is ${does}`, async () => {
      fail([{ at: 'before', does }]);
      expect(await rejectionOf(store.append(appendOf()))).to.be.instanceOf(StoreUnavailable);
      expect(store.state).to.include({ writable: false });
      heal();
      expect(await readEverything(store)).to.deep.equal([]);
      expect(store.state, 'that it reads').to.include({ writable: false });
      await store.append(appendOf());
      expect(store.state, 'that it appends').to.deep.equal({ writable: true });
    });

  it('takes a stream that is elsewhere for an answer', async () => {
    const request = appendOf();
    await store.append(request);
    fail([{ at: 'before', does: 'not-ready' }]);
    await rejectionOf(store.append(appendOf()));
    heal();
    const conflicting = { ...request, events: chained(1) };
    expect(await rejectionOf(store.append(conflicting))).to.be.instanceOf(WrongExpectedRevision);
    expect(store.state).to.deep.equal({ writable: true });
  });

  it('holds a failed append against the cluster for half a minute, as nobody may append meanwhile', async () => {
    let nowMs = 0;
    const pacing = { ...hurriedPacing(), now: () => nowMs };
    const impatient = await log.open({ pacing, callTimeoutMs: 150, patienceMs: 0 });
    fail([{ at: 'before', does: 'not-ready' }]);
    await rejectionOf(impatient.append(appendOf()));
    nowMs = APPEND_TROUBLE_HOLDS_MS - 1;
    expect(impatient.state).to.include({ writable: false });
    nowMs += 1;
    expect(impatient.state).to.deep.equal({ writable: true });
  });

  it('says StoreUnavailable when the server is gone and the append was never sent', async () => {
    await log.node.stop();
    // The first call learns that the connection has broken, the ones after it find nobody.
    await rejectionOf(store.head());
    expect(await rejectionOf(store.append(appendOf()))).to.be.instanceOf(StoreUnavailable);
  });

  for (const does of OPEN)
    it(`says OutcomeUnknown when all it ever hears is ${does}, and the head is where it was`, async () => {
      const request = appendOf();
      fail([{ at: 'before', does }]);
      expect(await rejectionOf(store.append(request))).to.be.instanceOf(OutcomeUnknown);
      expect(store.state).to.include({ writable: false });
      heal();
      expect(await readEverything(store)).to.deep.equal([]);
      expect((await store.append(request)).revision).to.equal(1);
    });

  for (const does of OPEN)
    it(`reads what became of it when every reply is lost to a ${does}`, async () => {
      const request = appendOf();
      fail([{ at: 'after', does }]);
      const appended = await store.append(request);
      heal();
      expect((await readEverything(store)).at(-1)).to.include(appended);
    });

  it('never says that nothing was appended once an attempt was left open', async () => {
    log.node.setFaults(
      planOf([
        { method: 'Append', times: 1, faults: [{ at: 'before', does: 'timed-out' }] },
        { method: 'Append', faults: [{ at: 'before', does: 'not-ready' }] },
      ]),
    );
    expect(await rejectionOf(store.append(appendOf()))).to.be.instanceOf(OutcomeUnknown);
  });

  it('never says so either while the stream has yet to come to the place', async () => {
    const { stream } = appendOf();
    await store.append({ stream, expectedRevision: 'NO_STREAM', events: chained(1) });
    fail([{ at: 'before', does: 'timed-out' }], 1);
    const error = await rejectionOf(store.append({ stream, expectedRevision: 5, events: chained(1) }));
    expect(error).to.be.instanceOf(OutcomeUnknown);
  });

  it('says WrongExpectedRevision when another has taken the place meanwhile', async () => {
    const request = appendOf();
    const other = await log.open();
    log.node.setFaults(({ method, stream }) => {
      if (method !== 'Append' || !stream?.endsWith(request.stream)) return [];
      heal();
      void other.append({ ...request, events: chained(3) });
      return [
        { at: 'before', does: { delayMs: 50 } },
        { at: 'before', does: 'timed-out' },
      ];
    });
    const error = await rejectionOf(store.append(request));
    expect(error).to.be.instanceOf(WrongExpectedRevision);
    expect(error).to.include({ actual: 2 });
  });

  it('says OutcomeUnknown when what became of it cannot be read either', async () => {
    log.node.setFaults(
      planOf([
        { method: 'Append', faults: [{ at: 'after', does: 'timed-out' }] },
        { method: 'ReadStream', faults: [{ at: 'before', does: 'unknown' }] },
      ]),
    );
    expect(await rejectionOf(store.append(appendOf()))).to.be.instanceOf(OutcomeUnknown);
  });

  it('finishes an append that was taken before closing, though it has to be sent again', async () => {
    const request = appendOf();
    fail([{ at: 'after', does: 'hang' }], 1);
    const appended = store.append(request);
    await store.close();
    expect((await appended).revision).to.equal(1);
  });

  it('loses and doubles nothing when every connection breaks under load', async () => {
    const patient = await log.open();
    const requests = Array.from({ length: 64 }, () => appendOf(1));
    const appending = Promise.all(requests.map((request) => patient.append(request)));
    for (let break_ = 0; break_ < 5; break_++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      log.node.dropConnections();
    }
    await appending;
    expect(idsOf(await readEverything(patient))).to.have.members(
      idsOf(requests.flatMap(({ events }) => events)),
    );
  });

  it('refuses what the server would find too large, before sending it', async () => {
    const { type: _, ...event } = chained(1)[0] ?? expect.fail();
    const before = appends();
    const request = { ...appendOf(), events: [{ ...event, type: 'T'.repeat(600_000) }] };
    expect(await rejectionOf(store.append(request))).to.include({ name: 'AppendTooLarge' });
    expect(appends()).to.equal(before);
  });
});
