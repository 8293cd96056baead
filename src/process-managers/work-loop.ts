import { atMost } from './at-most.js';

/** One kind of work that the read model lists and somebody has to do. */
export interface Work<Item> {
  /** For reports: "mail", "scheduled ends". */
  readonly name: string;
  /** What waits, the oldest first. Sees what `do` has written, as far as the read model has come. */
  list(limit: number): readonly Item[];
  /** Names the item; the same at every look. */
  keyOf(item: Item): string;
  /** Position of the last event written; null when there was nothing to do after all. */
  do(item: Item): Promise<number | HeldElsewhere | null>;
  /** Items worked on at once. */
  readonly parallel: number;
}

/** Another node has taken it on: worth a look again after so long (ms), should that node have died. */
export class HeldElsewhere {
  constructor(readonly forMs: number) {}
}

export interface WorkLoopOptions<Item> {
  readonly work: Work<Item>;
  readonly readModel: ReadModelProgress;
  readonly report: (error: unknown, doing: string) => void;
  readonly pace?: Pace;
}

export interface WorkLoopFacts {
  readonly name: string;
  /** Items that are due. */
  readonly backlog: number;
  /** Items and rounds that have failed since the start. */
  readonly failures: number;
  /** Items left alone for a while: they failed, came to nothing, or another node has them. */
  readonly setBack: number;
}

/** How far the read model is. */
export interface ReadModelProgress {
  /** True as soon as the position is readable, false when `timeoutMs` have passed or it never will be. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
}

/** All in milliseconds. */
export interface Pace {
  /** Between two looks when nothing has happened. */
  readonly pollMs: number;
  /** Between two looks at least, however much happens. */
  readonly gapMs: number;
  /** After a failure; twice as long after each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** At most before another look at what another node has: it may be done, and clocks may have been set. */
  readonly heldPauseMs: number;
}

const defaultPace: Pace = {
  pollMs: 250,
  gapMs: 100,
  firstPauseMs: 1_000,
  longestPauseMs: 5 * 60_000,
  heldPauseMs: 5_000,
};

/** Items of one round. */
const BATCH = 100;
/** Of those that are due. */
const MOST_COUNTED = 1_000;
/** How long a round waits for the read model to show what it wrote. */
const READABLE_WAIT_MS = 5_000;
/**
 * Does what is listed, round after round, and looks again only when the list shows what the last round did. What fails
 * is left alone for a while and holds nothing else up; nor does what takes long, as long as not all places are taken by
 * such: the loop goes on beside it. Pauses are measured by a clock that nobody sets, so that a jump
 * of the wall clock neither stops the loop nor makes it run hot.
 */
export class WorkLoop<Item> {
  readonly #options: WorkLoopOptions<Item>;
  readonly #pace: Pace;
  /** By key: how often it failed in a row, and when it may be tried again. */
  readonly #setBack = new Map<string, { readonly failures: number; readonly until: number }>();
  /** By key. */
  readonly #underWay = new Map<string, Promise<void>>();
  #done = 0;
  /** Position of the last event written that the read model has not been waited for. */
  #unshown = 0;
  #roundsWanted: ((done: number) => void)[] = [];
  #wake: ((atOnce: boolean) => void) | null = null;
  #isNudged = false;
  #isClosed = false;
  #failures = 0;
  readonly #running: Promise<void>;

  constructor(options: WorkLoopOptions<Item>) {
    this.#options = options;
    this.#pace = options.pace ?? defaultPace;
    this.#running = this.#run();
  }

  /** For those who watch; lists what is due, at most MOST_COUNTED. */
  facts(): WorkLoopFacts {
    const { work } = this.#options;
    const backlog = this.#isClosed ? 0 : work.list(MOST_COUNTED).length;
    return { name: work.name, backlog, failures: this.#failures, setBack: this.#setBack.size };
  }

  /** Something has happened that may be work: look soon. */
  nudge(): void {
    this.#isNudged = true;
    this.#wake?.(false);
  }

  /** How many items were done until a round that began after the call had nothing under way any more. */
  round(): Promise<number> {
    if (this.#isClosed) return Promise.resolve(0);
    return new Promise((resolve) => {
      this.#roundsWanted.push(resolve);
      this.#wake?.(true);
    });
  }

  /** Begins nothing new, and waits so long (ms) for what is under way. Repeating it changes nothing but that. */
  close(patienceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#wake?.(true);
    return atMost(patienceMs, this.#running);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isClosed) {
      const wanted = this.#roundsWanted;
      this.#roundsWanted = [];
      this.#isNudged = false;
      try {
        await this.#round();
        if (wanted.length > 0) await this.#allDone();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#report(error);
      }
      const done = this.#done;
      this.#done = 0;
      for (const resolve of wanted) resolve(done);
      await this.#rest(failures);
    }
    await this.#allDone();
    for (const resolve of this.#roundsWanted) resolve(0);
  }

  /** Ends when a place is free and nothing that was listed waits for it; what takes longer goes on beside the next. */
  async #round(): Promise<void> {
    const { work } = this.#options;
    // The list is not looked at before it shows what was done.
    while (this.#isUnshown) await this.#show();
    const free = work.parallel - this.#underWay.size;
    if (free === 0) return;
    const items = this.#ready(work.list(BATCH + this.#setBack.size + this.#underWay.size));
    const places = Array.from({ length: Math.min(free, items.length) }, async () => {
      for (let item = items.shift(); item !== undefined && !this.#isClosed; item = items.shift())
        await this.#begin(item);
    });
    if (places.length === free) await Promise.race(places);
  }

  get #isUnshown(): boolean {
    return this.#unshown > 0 && !this.#isClosed;
  }

  async #show(): Promise<void> {
    const position = this.#unshown;
    this.#unshown = 0;
    await this.#options.readModel.waitFor(position, READABLE_WAIT_MS);
  }

  async #allDone(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
    while (this.#isUnshown) await this.#show();
  }

  #begin(item: Item): Promise<void> {
    const key = this.#options.work.keyOf(item);
    const end = this.#do(item, key).then((position) => {
      this.#underWay.delete(key);
      if (position === null) return;
      this.#done += 1;
      this.#unshown = Math.max(this.#unshown, position);
      // Where there was work there may be more.
      this.nudge();
    });
    this.#underWay.set(key, end);
    return end;
  }

  /** The items that are neither under way nor set back, at most a batch; forgets those that are not listed any more. */
  #ready(listed: readonly Item[]): Item[] {
    const now = performance.now();
    const keys = new Set(listed.map((item) => this.#options.work.keyOf(item)));
    for (const key of this.#setBack.keys()) if (!keys.has(key)) this.#setBack.delete(key);
    return listed
      .filter((item) => {
        const key = this.#options.work.keyOf(item);
        return !this.#underWay.has(key) && (this.#setBack.get(key)?.until ?? 0) <= now;
      })
      .slice(0, BATCH);
  }

  /** What came to nothing is set back too: the list is behind, and would name it again at once. */
  async #do(item: Item, key: string): Promise<number | null> {
    try {
      const done = await this.#options.work.do(item);
      if (done instanceof HeldElsewhere) {
        const until = performance.now() + Math.min(done.forMs, this.#pace.heldPauseMs);
        this.#setBack.set(key, { failures: 0, until });
        return null;
      }
      if (done === null) this.#setItBack(key);
      else this.#setBack.delete(key);
      return done;
    } catch (error) {
      this.#setItBack(key);
      this.#report(error);
      return null;
    }
  }

  #setItBack(key: string): void {
    const failures = (this.#setBack.get(key)?.failures ?? 0) + 1;
    this.#setBack.set(key, { failures, until: performance.now() + this.#pauseAfter(failures) });
  }

  #pauseAfter(failures: number): number {
    const { firstPauseMs, longestPauseMs } = this.#pace;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 30));
  }

  /** Until it is time to look again; sooner when nudged, at once when a round is wanted or the loop ends. */
  #rest(failures: number): Promise<void> {
    const { pollMs, gapMs } = this.#pace;
    const longest = failures > 0 ? this.#pauseAfter(failures) : pollMs;
    if (this.#isClosed || this.#roundsWanted.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      let isShortened = this.#isNudged;
      let timer = setTimeout(end, isShortened && failures === 0 ? gapMs : longest);
      this.#wake = (atOnce) => {
        if (atOnce) return end();
        if (isShortened || failures > 0) return;
        isShortened = true;
        clearTimeout(timer);
        timer = setTimeout(end, gapMs);
      };
    });
  }

  #report(error: unknown): void {
    this.#failures += 1;
    this.#options.report(error, `process manager: ${this.#options.work.name}`);
  }
}
