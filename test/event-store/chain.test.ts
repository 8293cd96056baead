import { expect } from 'chai';
import { type BrokenLink, hashOf, verifyStreams } from '../../src/event-store/chain.js';
import type { NewEvent, ReadAllOptions, RecordedEvent } from '../../src/event-store/event-store.js';
import { chained, eventOf } from './sample-events.js';

const recorded = (events: readonly NewEvent[], stream = 'a'): RecordedEvent[] =>
  events.map((event, i) => ({ ...event, stream, revision: i, position: i + 1 }));

const verified = (log: readonly RecordedEvent[]) =>
  verifyStreams({
    readAll: async ({ afterPosition, maxCount }: ReadAllOptions) =>
      log.slice(0).splice(log.findIndex(({ position }) => position > afterPosition) >>> 0, maxCount),
  });

const firstBad = (position: number, problem: BrokenLink['problem'], revision = position - 1) => ({
  status: 'BROKEN',
  firstBad: { position, stream: 'a', revision, problem },
});

describe('verifying the hash chains', () => {
  const [first, second, third] = recorded(chained(3)) as [RecordedEvent, RecordedEvent, RecordedEvent];

  it('hashes the UTF-8 bytes of a body', () => {
    expect(hashOf('')).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hashOf('é')).to.equal('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });

  it('counts the events of an intact log', async () => {
    expect(await verified([])).to.deep.equal({ status: 'INTACT', events: 0 });
    expect(await verified([first, second, third])).to.deep.equal({ status: 'INTACT', events: 3 });
  });

  it('keeps streams apart', async () => {
    const other = recorded(chained(2), 'b').map((event) => ({ ...event, position: event.position + 3 }));
    expect(await verified([first, second, third, ...other])).to.deep.equal({ status: 'INTACT', events: 5 });
  });

  it('finds a body that was changed', async () => {
    const changed = { ...second, body: second.body.replace('1', '2') };
    expect(await verified([first, changed, third])).to.deep.equal(firstBad(2, 'HASH_MISMATCH'));
  });

  it('finds a body that was changed together with its hash, at the event after it', async () => {
    const body = second.body.replace('"number":1', '"number":2');
    const changed = { ...second, body, hash: hashOf(body) };
    expect(await verified([first, changed, third])).to.deep.equal(firstBad(3, 'PREVIOUS_HASH_MISMATCH'));
  });

  it('finds an event that was taken out', async () => {
    expect(await verified([first, third])).to.deep.equal(firstBad(3, 'REVISION_NOT_NEXT'));
  });

  it('finds an event that was taken out with its revisions closed up', async () => {
    const closedUp = { ...third, revision: 1, position: 2 };
    expect(await verified([first, closedUp])).to.deep.equal(firstBad(2, 'PREVIOUS_HASH_MISMATCH'));
  });

  it('finds a stream that does not begin at its beginning', async () => {
    const [event] = recorded(chained(1, hashOf('before'))) as [RecordedEvent];
    expect(await verified([event])).to.deep.equal(firstBad(1, 'PREVIOUS_HASH_MISMATCH'));
  });

  for (const body of ['', 'null', '{', '7'])
    it(`finds the body ${JSON.stringify(body)}, which is no JSON object`, async () => {
      const bad = recorded([eventOf(body)]);
      expect((await verified(bad)).status).to.equal('BROKEN');
    });
});
