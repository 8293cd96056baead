import { changedBetween } from './queries/changed-between.js';
import type { ReadModel } from './read-model.js';

/** Whom to wake: events of the account, and events about the person, whose rights they may have changed. */
export interface Followed {
  readonly accountId: string;
  readonly userId: string | null;
}

export interface Following {
  /** Resolves when there may be more than was readable at the last call; at once when that has come already, or it is closed. */
  next(): Promise<void>;
  readonly isClosed: boolean;
  close(): void;
}

/**
 * One look at what is new serves all who follow: it only wakes those whom it concerns. Each of them then reads on from
 * where he stands, so nothing is buffered for anybody, and nobody can lose or repeat an event.
 */
export class LiveTail {
  readonly #readModel: Pick<ReadModel, 'position' | 'failure' | 'audit'>;
  readonly #followers = new Set<Follower>();
  #position = 0;
  #isLooking = false;

  constructor(readModel: Pick<ReadModel, 'position' | 'failure' | 'audit'>) {
    this.#readModel = readModel;
  }

  follow(followed: Followed): Following {
    // Nobody has looked since the last follower left.
    if (this.#followers.size === 0) this.#position = this.#readModel.position;
    const follower = new Follower(followed, () => this.#followers.delete(follower));
    this.#followers.add(follower);
    return follower;
  }

  /** The read model has moved, or has stopped. Costs nothing while nobody follows. */
  nudge(): void {
    if (this.#isLooking || this.#followers.size === 0) return;
    this.#isLooking = true;
    setImmediate(() => {
      this.#isLooking = false;
      this.#look();
    });
  }

  close(): void {
    for (const follower of this.#followers) follower.close();
  }

  #look(): void {
    const { position: upTo, failure } = this.#readModel;
    const after = this.#position;
    this.#position = upTo;
    if (failure !== null) return this.#wake(() => true);
    if (this.#followers.size === 0 || upTo === after) return;
    const changes = changedBetween(this.#readModel.audit, { after, upTo });
    // Too many to tell: everybody looks for himself.
    if (changes === null) return this.#wake(() => true);
    const concerned = new Set(changes.flatMap(({ accountId, subjectId }) => [accountId, subjectId]));
    this.#wake(({ accountId, userId }) => concerned.has(accountId) || concerned.has(userId ?? accountId));
  }

  #wake(isConcerned: (followed: Followed) => boolean): void {
    for (const follower of this.#followers) if (isConcerned(follower.followed)) follower.wake();
  }
}

class Follower implements Following {
  #isDue = false;
  #isClosed = false;
  #resolve: (() => void) | null = null;

  constructor(
    readonly followed: Followed,
    private readonly onClose: () => void,
  ) {}

  get isClosed(): boolean {
    return this.#isClosed;
  }

  next(): Promise<void> {
    if (this.#isDue || this.#isClosed) {
      this.#isDue = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  wake(): void {
    const resolve = this.#resolve;
    this.#resolve = null;
    if (resolve === null) this.#isDue = true;
    else resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.onClose();
    this.wake();
  }
}
