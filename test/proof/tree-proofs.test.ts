import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { MerkleTree } from '../../src/proof/merkle-tree.js';
import { foldLeaves, leafHash } from '../../src/proof/tree-hash.js';
import { consistencyProof, inclusionProof, partsProof, rootOf } from '../../src/proof/tree-proofs.js';
import { rootFromParts, verifyConsistency, verifyInclusion } from '../../src/proof/verify-proofs.js';
import { consistencies, inclusions, leaves, roots } from './rfc-vectors.js';

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** The definition of RFC 9162, 2.1.1, word for word. */
function definedRoot(data: readonly Buffer[]): Buffer {
  if (data.length === 0) return sha256();
  const [only] = data;
  if (data.length === 1 && only !== undefined) return sha256(Buffer.of(0), only);
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return sha256(Buffer.of(1), definedRoot(data.slice(0, k)), definedRoot(data.slice(k)));
}

function treeOf(data: readonly Buffer[]): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of data) tree.append(leafHash(leaf));
  return tree;
}

const dataOf = (size: number): readonly Buffer[] =>
  Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i}`));

const leafAt = (data: readonly Buffer[], index: number): Buffer => leafHash(data[index] ?? Buffer.alloc(0));
const rootAt = (size: number): Buffer => roots[size] ?? Buffer.alloc(0);

/** Every way to make one byte of a proof another, one hash more or one less. */
function spoilt(proof: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const flipped = proof.map((_, at) => proof.map((hash, i) => (i === at ? flippedBit(hash) : hash)));
  return [
    ...flipped,
    [...proof, sha256()],
    [sha256(), ...proof],
    ...(proof.length > 0 ? [proof.slice(1)] : []),
  ];
}

function flippedBit(hash: Buffer): Buffer {
  const other = Buffer.from(hash);
  other[7] = (other[7] ?? 0) ^ 0x10;
  return other;
}

describe('the public vectors', () => {
  const tree = treeOf(leaves);

  it('give the known roots of every size', () => {
    for (const [size, root] of roots.entries()) {
      expect(rootOf(tree, size)).to.deep.equal(root);
      expect(foldLeaves(Buffer.concat(leaves.slice(0, size).map(leafHash)))).to.deep.equal(root);
    }
  });

  for (const { index, size, proof } of inclusions)
    it(`give the known proof of leaf ${index} in a tree of ${size}, and nothing else proves it`, () => {
      const claim = { leaf: leafAt(leaves, index), index, size, root: rootAt(size) };
      expect(inclusionProof(tree, index, size)).to.deep.equal(proof);
      expect(verifyInclusion({ ...claim, proof })).to.equal(true);
      for (const wrong of spoilt(proof)) expect(verifyInclusion({ ...claim, proof: wrong })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, index: index + 1 })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, index: index - 1 })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, index: index ^ 2 })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, size: size * 2 })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, size: Math.floor(size / 2) })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, leaf: sha256() })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, leaf: claim.leaf.subarray(1) })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, root: sha256() })).to.equal(false);
      expect(verifyInclusion({ ...claim, proof, root: Buffer.alloc(0) })).to.equal(false);
    });

  for (const { from, to, proof } of consistencies)
    it(`give the known proof that size ${to} goes on from size ${from}, and nothing else proves it`, () => {
      const claim = { from, to, fromRoot: rootAt(from), toRoot: rootAt(to) };
      expect(consistencyProof(tree, from, to)).to.deep.equal(proof);
      expect(verifyConsistency({ ...claim, proof })).to.equal(true);
      for (const wrong of spoilt(proof))
        expect(verifyConsistency({ ...claim, proof: wrong })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, from: from - 1 })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, from: from + 1 })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, from: from ^ 2 })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, to: to * 2 })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, fromRoot: flippedBit(claim.fromRoot) })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, toRoot: flippedBit(claim.toRoot) })).to.equal(false);
      expect(verifyConsistency({ ...claim, proof, toRoot: Buffer.alloc(0) })).to.equal(false);
    });

  it('take an empty tree for the beginning of any, with no proof', () => {
    const claim = { from: 0, to: 8, proof: [], fromRoot: rootAt(0), toRoot: rootAt(8) };
    expect(verifyConsistency(claim)).to.equal(true);
    expect(verifyConsistency({ ...claim, proof: [sha256()] })).to.equal(false);
    expect(verifyConsistency({ ...claim, fromRoot: rootAt(1) })).to.equal(false);
  });
});

describe('proofs', () => {
  const size = fc.integer({ min: 1, max: 70 });

  it('agree with the definition at every size', () => {
    for (let n = 0; n <= 70; n += 1) {
      const data = dataOf(n);
      expect(rootOf(treeOf(data), n)).to.deep.equal(definedRoot(data));
    }
  });

  it('of every leaf hold in a tree of every size up to 40, also below the size of the tree', () => {
    const data = dataOf(41);
    const tree = treeOf(data);
    for (let n = 1; n <= 40; n += 1)
      for (let index = 0; index < n; index += 1) {
        const claim = { leaf: leafAt(data, index), index, size: n, root: rootOf(tree, n) };
        expect(verifyInclusion({ ...claim, proof: inclusionProof(tree, index, n) })).to.equal(true);
      }
  });

  it('of consistency hold between all sizes up to 40, and only for the right roots', () => {
    const tree = treeOf(dataOf(40));
    for (let to = 1; to <= 40; to += 1)
      for (let from = 1; from <= to; from += 1) {
        const proof = consistencyProof(tree, from, to);
        const claim = { from, to, proof, fromRoot: rootOf(tree, from), toRoot: rootOf(tree, to) };
        expect(verifyConsistency(claim)).to.equal(true);
        expect(verifyConsistency({ ...claim, toRoot: sha256() })).to.equal(false);
        expect(verifyConsistency({ ...claim, fromRoot: sha256() })).to.equal(false);
      }
  });

  it('of chosen leaves make the root, and another root with any other leaf, index or proof', () => {
    fc.assert(
      fc.property(size, fc.infiniteStream(fc.boolean()), fc.nat(), (n, chosen, which) => {
        const data = dataOf(n);
        const tree = treeOf(data);
        const indices = data.flatMap((_, i) => (chosen.next().value === true ? [i] : []));
        const proof = partsProof(tree, indices, n);
        const hashes = () => Buffer.concat(indices.map((i) => leafAt(data, i)));
        const root = (claim: Partial<Parameters<typeof rootFromParts>[0]> = {}) =>
          rootFromParts({ indices, leaves: hashes(), size: n, proof, ...claim });
        expect(root()).to.deep.equal(definedRoot(data));
        for (const wrong of spoilt(proof))
          expect(root({ proof: wrong })).to.not.deep.equal(definedRoot(data));
        if (indices.length === 0) return;
        const spoiltLeaves = hashes();
        const at = which % spoiltLeaves.length;
        spoiltLeaves[at] = (spoiltLeaves[at] ?? 0) ^ 1;
        expect(root({ leaves: spoiltLeaves })).to.not.deep.equal(definedRoot(data));
        expect(root({ indices: [...indices.slice(0, -1), n] })).to.equal(null);
        expect(root({ indices: indices.map(() => 0).concat(0) })).to.equal(null);
      }),
    );
  });

  it('are refused for what is not there', () => {
    const tree = treeOf(dataOf(5));
    expect(() => inclusionProof(tree, 5, 5)).to.throw(RangeError);
    expect(() => inclusionProof(tree, -1, 5)).to.throw(RangeError);
    expect(() => consistencyProof(tree, 0, 5)).to.throw(RangeError);
    expect(() => consistencyProof(tree, 3, 2)).to.throw(RangeError);
    expect(() => partsProof(tree, [7], 5)).to.throw(RangeError);
    expect(() => rootOf(tree, 6)).to.throw(RangeError);
  });
});
