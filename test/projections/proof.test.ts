import { expect } from 'chai';
import fc from 'fast-check';
import {
  headsAfter,
  leafAt,
  logSize,
  logTree,
  readHeads,
  readLogState,
} from '../../projections/queries/proof.js';
import { sortedByName } from '../../src/proof/heads-tree.js';
import { SortedHeads } from '../../src/proof/log-tree.js';
import { MerkleTree } from '../../src/proof/merkle-tree.js';
import { eventLeaf } from '../../src/proof/tree-hash.js';
import { consistencyProof, inclusionProof, rootOf } from '../../src/proof/tree-proofs.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { MemoryLog } from './memory-log.js';
import { ReadModelFixture } from './read-model-fixture.js';

const noPause = async () => {};

describe('the read model of proofs', function () {
  this.timeout(60_000);
  let fixture: ReadModelFixture;
  let log: MemoryLog;
  const streams = new Map<string, ReturnType<typeof eventBuilder>>();
  beforeEach(() => {
    fixture = new ReadModelFixture();
    log = new MemoryLog();
    streams.clear();
  });
  afterEach(() => fixture.close());

  async function grow(count: number, streamCount: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const stream = `user-${uuidOf(`${i % streamCount}`)}`;
      const builder =
        streams.get(stream) ??
        eventBuilder({ accountId: null, stream, clock: () => '2026-01-01T00:00:00.000Z' });
      streams.set(stream, builder);
      await builder.append(log, [{ type: 'UserRegistered', data: { userId: stream, sealedProfile: null } }]);
    }
  }

  function expectedTree(): MerkleTree {
    const tree = new MerkleTree();
    for (const { hash } of log.events) tree.append(eventLeaf(hash));
    return tree;
  }

  const expectedHeads = () => {
    const heads = log.events.map(({ stream, revision, hash }) => ({ stream, revision, hash }));
    return sortedByName(new Map(heads.map((head) => [head.stream, head])).values());
  };

  function expectEqual(): void {
    const { proof } = fixture.connect();
    const tree = expectedTree();
    const { size, position } = logSize(proof);
    expect({ size, position }).to.deep.equal({
      size: log.events.length,
      position: log.events.at(-1)?.position ?? 0,
    });
    const nodes = logTree(proof);
    expect(rootOf(nodes, size)).to.deep.equal(rootOf(tree, size));
    for (const [index, event] of log.events.entries())
      if (index % 97 === 0 || index > size - 3) {
        expect(leafAt(proof, event.position)).to.equal(index);
        expect(inclusionProof(nodes, index, size)).to.deep.equal(inclusionProof(tree, index, size));
        expect(consistencyProof(nodes, index + 1, size)).to.deep.equal(
          consistencyProof(tree, index + 1, size),
        );
      }
    expect(headsAfter(proof, { after: '', limit: 10_000 })).to.deep.equal(expectedHeads());
  }

  it('holds the tree of a log that is followed batch by batch', async () => {
    for (const count of [1, 1, 253, 1, 1, 255, 1, 300]) {
      await grow(count, 40);
      await fixture.catchUp(log);
      expectEqual();
    }
  });

  it('is the same when it is built anew, over more than one level of tiles', async () => {
    await grow(66_000, 700);
    await fixture.catchUp(log);
    expectEqual();
    await grow(3, 2);
    await fixture.catchUp(log);
    expectEqual();
  });

  it('knows no leaf between two positions, before the first or after the last', async () => {
    await grow(300, 3);
    await fixture.catchUp(log);
    const { proof } = fixture.connect();
    const positions = new Set(log.events.map(({ position }) => position));
    fc.assert(
      fc.property(fc.nat((log.events.at(-1)?.position ?? 0) + 10), (position) => {
        const found = leafAt(proof, position);
        expect(found === null).to.equal(!positions.has(position));
      }),
    );
  });

  it('finds the heads asked for in the tree of all, with a pause after each page', async () => {
    await grow(2_500, 2_300);
    await fixture.catchUp(log);
    const db = fixture.connect().openProof();
    const expected = new SortedHeads(expectedHeads());
    const [wanted = '', other = ''] = expectedHeads()
      .map(({ stream }) => stream)
      .slice(1_200);
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
    };
    const heads = await readHeads(db, { wanted: [wanted, 'nowhere'], pause });
    expect(pauses).to.be.at.least(3);
    expect(heads.find(wanted)).to.deep.equal(expected.find(wanted));
    expect([heads.find(other), heads.find('nowhere')]).to.deep.equal([null, null]);
    expect(rootOf(heads.tree, heads.tree.size)).to.deep.equal(rootOf(expected.tree, expected.tree.size));
    db.close();
  });

  it('tells what a checkpoint says, from one snapshot', async () => {
    await grow(2_500, 1_100);
    await fixture.catchUp(log);
    const db = fixture.connect().openProof();
    const state = await readLogState(db, noPause);
    const heads = expectedHeads();
    expect(state.streams).to.equal(heads.length);
    expect(state.headsRoot).to.deep.equal(rootOf(new SortedHeads(heads).tree, heads.length));
    expect(state.root).to.deep.equal(rootOf(expectedTree(), 2_500));
    expect(state.rootAt(700)).to.deep.equal(rootOf(expectedTree(), 700));
    db.close();
  });
});
