import { Field, InterfaceType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import { MutationOutcome } from '../enums.js';
import { Position } from '../scalars.js';
import { UserError } from './user-error.js';
import { WrittenEvent } from './written-event.js';

/** What every mutation answers; each adds the thing it changed, as read afterwards. */
@throughParent()
@InterfaceType({ description: 'What every mutation answers; each adds the thing it changed.' })
export abstract class MutationPayload {
  @Field(() => MutationOutcome, { description: 'What became of it.' })
  outcome!: Outcome['outcome'];

  @Field(() => String, { description: 'A sentence for people, like "Ann Lee has been removed." (SW-10).' })
  get message(): string {
    return this.#say();
  }

  #say = () => '';
  #readLater = () => {};

  @Field(() => [UserError], { description: 'Why it was refused; empty unless the outcome is REJECTED.' })
  userErrors: readonly UserError[] = [];

  @Field(() => [WrittenEvent], {
    description: 'What was written (APPLIED) or would be (WOULD_APPLY), in order; all of it or none.',
  })
  events: readonly WrittenEvent[] = [];

  @Field(() => Position, {
    nullable: true,
    description:
      'Where the log stands after it; give it as `minPosition` to read it anywhere. Null unless APPLIED or UNCHANGED.',
  })
  position: number | null = null;

  @Field(() => Boolean, {
    description:
      'Queries on this node show the effect already. False after 2 s of waiting: it is done all the same. Says nothing of a refusal or a dry run.',
  })
  readable = false;

  @Field(() => Boolean, {
    description: 'The same idempotency key and input came before; this is the first result.',
  })
  replayed = false;

  /** What `message` says, when somebody asks for it. */
  saying(say: () => string): void {
    this.#say = say;
  }

  /** How the thing changed is read, when somebody asks for it: most callers only want to know that it is done. */
  readingLater(read: () => void): void {
    this.#readLater = read;
  }

  /** For the fields that show the thing changed; reads at the first call. */
  protected readNow(): void {
    const read = this.#readLater;
    this.#readLater = () => {};
    read();
  }
}
