import { expect } from 'chai';
import type { StoredEvent } from '../../src/domain/event.js';
import { applied, InstalledMuster, joining, userIdOf } from './installed-muster.js';

describe('what is appended together', () => {
  let muster: InstalledMuster;
  beforeEach(async () => {
    muster = await InstalledMuster.install();
  });
  afterEach(() => muster.remove());

  it('is recorded at one moment, whatever the clock does meanwhile: no time shows half of it', async () => {
    const { accountId } = await muster.openAccount();
    const moments: (readonly number[])[] = [];
    const { store } = muster;
    const node = muster.anotherNode({
      environment: { ...muster.application.parts.environment, now: () => ++muster.clock.now },
      store: {
        logId: store.logId,
        isExclusive: true,
        append: (request) => {
          const events = request.events.map(({ body }) => JSON.parse(body) as StoredEvent);
          moments.push(events.map(({ recordedAt }) => Date.parse(recordedAt)));
          for (const event of events)
            expect(Date.parse(event.occurredAt)).to.be.at.most(Date.parse(event.recordedAt));
          return store.append(request);
        },
        readStream: (stream, options) => store.readStream(stream, options),
        readAll: (options) => store.readAll(options),
        readAt: (position) => store.readAt(position),
        head: () => store.head(),
        subscribe: (options) => store.subscribe(options),
        close: () => store.close(),
      },
    });
    const people = ['ann', 'ben', 'cat', 'dan'].map((name) => `${name}@example.test`);
    await Promise.all(people.map((email) => node.addUser(joining(accountId, muster.root, email))));
    const ids = await Promise.all(people.map((email) => muster.person(email)));
    applied(
      await node.accounts.execute({
        accountId,
        actor: { kind: 'SYSTEM', id: 'test' },
        commands: ids.map((actor) => ({
          type: 'removeUser',
          userId: userIdOf(actor),
          confirmation: { confirmed: true, previewToken: null, phrase: null },
          successors: { forAll: null, each: [] },
        })),
      }),
    );
    const together = moments.filter((append) => append.length > 1);
    expect(together.some((append) => append.length >= 4)).to.equal(true);
    expect(together.filter((append) => new Set(append).size > 1)).to.deep.equal([]);
  });
});
