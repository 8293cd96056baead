import { Field, ID, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { CheckpointRow } from '../proof-reads.js';
import { DateTime, Position } from '../scalars.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'What the log held at one moment, signed. Whoever keeps the note elsewhere can tell later whether the log still holds it.',
})
export class LogCheckpoint {
  @Field(() => ID, { description: 'Id of the event CheckpointSigned.' })
  readonly eventId: string;

  @Field(() => Position, { description: 'Where that event stands; it is not covered itself.' })
  readonly position: number;

  @Field(() => DateTime, { description: 'When it was signed.' })
  readonly signedAt: number;

  @Field(() => String, { description: 'Events covered, from the first: decimal digits.' })
  readonly size: string;

  @Field(() => String, { description: 'Root of the log tree over them (RFC 9162), base64.' })
  readonly root: string;

  @Field(() => String, {
    description:
      'Root of the tree over the last event of every stream, sorted by the name of the stream, base64.',
  })
  readonly headsRoot: string;

  @Field(() => String, {
    description: 'The checkpoint as a signed note (C2SP tlog-checkpoint): keep it, byte for byte.',
  })
  readonly note: string;

  @Field(() => String, {
    description:
      'The public key as `name+hash+key` (C2SP signed-note, Ed25519): get it once, and keep it elsewhere.',
  })
  readonly verifierKey: string;

  constructor({ eventId, position, recordedAt, signed }: CheckpointRow, verifierKey: string) {
    this.eventId = eventId;
    this.position = position;
    this.signedAt = recordedAt;
    this.size = String(signed.size);
    this.root = signed.root;
    this.headsRoot = signed.headsRoot;
    this.note = signed.note;
    this.verifierKey = verifierKey;
  }
}
