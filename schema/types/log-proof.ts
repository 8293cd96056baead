import { Field, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { ConsistencyRow, InclusionRow } from '../proof-reads.js';

const HASHES = 'Hashes of the proof in the order of RFC 9162, base64; at most 106.';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'That an event is in the log that a checkpoint has signed (RFC 9162, 2.1.3).',
})
export class InclusionProof {
  @Field(() => String, { description: 'Which event of the log it is, from 0: decimal digits.' })
  readonly index: string;

  @Field(() => String, { description: 'Events covered by the checkpoint: decimal digits.' })
  readonly size: string;

  @Field(() => [String], { description: HASHES })
  readonly hashes: readonly string[];

  @Field(() => String, {
    description:
      'Root of the checkpoint, base64. The leaf is SHA-256 of a zero byte and the 32 bytes of the `hash` of the event.',
  })
  readonly root: string;

  @Field(() => String, { description: 'The checkpoint as a signed note.' })
  readonly note: string;

  constructor({ index, size, hashes, root }: InclusionRow, note: string) {
    this.index = String(index);
    this.size = String(size);
    this.hashes = hashes.map(base64);
    this.root = base64(root);
    this.note = note;
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'That the log of one size is the beginning of the log of another (RFC 9162, 2.1.4).',
})
export class ConsistencyProof {
  @Field(() => [String], { description: HASHES })
  readonly hashes: readonly string[];

  @Field(() => String, { description: 'Root at the smaller size, base64.' })
  readonly fromRoot: string;

  @Field(() => String, { description: 'Root at the greater size, base64.' })
  readonly toRoot: string;

  constructor({ hashes, fromRoot, toRoot }: ConsistencyRow) {
    this.hashes = hashes.map(base64);
    this.fromRoot = base64(fromRoot);
    this.toRoot = base64(toRoot);
  }
}

const base64 = (hash: Buffer): string => hash.toString('base64');
