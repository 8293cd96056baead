/** One thing that must be so before requests are sent to this process. */
export interface ReadinessCheck {
  readonly name: string;
  /** Null: it is so. Otherwise what is wrong, in words that anybody may read. */
  readonly look: () => Promise<string | null>;
}

export interface Readiness {
  readonly isReady: boolean;
  /** By the name of the check: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface ReadinessProbeOptions {
  /** Milliseconds that never run backwards, such as `performance.now`. */
  readonly now: () => number;
  readonly report: (error: unknown, doing: string) => void;
  /** How long a check may take, and how long an answer holds, in milliseconds. */
  readonly timeoutMs?: number;
  readonly holdsMs?: number;
}

const TIMEOUT_MS = 500;
const HOLDS_MS = 1_000;
export const OK = 'ok';
const CATCHING_UP = 'this process is starting: it catches up with the log';

/**
 * Looks once a second at most, however often it is asked, and never waits longer than for one look: a check that hangs
 * is not begun again before it has come back. That requests are no longer wanted here holds from the same moment on.
 */
export class ReadinessProbe {
  readonly #options: ReadinessProbeOptions;
  readonly #hanging = new Set<ReadinessCheck>();
  #latest: { readonly at: number; readonly checks: Promise<Readonly<Record<string, string>>> } | null = null;
  #checks: readonly ReadinessCheck[] | null = null;
  #isDraining = false;

  constructor(options: ReadinessProbeOptions) {
    this.#options = options;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** False: what requests need is not there yet. */
  get isServing(): boolean {
    return this.#checks !== null;
  }

  /** From now on it is these checks that decide. */
  serve(checks: readonly ReadinessCheck[]): void {
    this.#checks = checks;
  }

  drain(): void {
    this.#isDraining = true;
  }

  async ask(): Promise<Readiness> {
    const { now, holdsMs = HOLDS_MS } = this.#options;
    if (this.#checks === null) return { isReady: false, checks: { serving: CATCHING_UP } };
    if (this.#latest === null || now() - this.#latest.at >= holdsMs)
      this.#latest = { at: now(), checks: this.#lookAtAll(this.#checks) };
    const looked = await this.#latest.checks;
    const checks = { ...looked, serving: this.#isDraining ? 'this process is shutting down' : OK };
    return { isReady: Object.values(checks).every((found) => found === OK), checks };
  }

  async #lookAtAll(checks: readonly ReadinessCheck[]): Promise<Readonly<Record<string, string>>> {
    const found = await Promise.all(checks.map((check) => this.#lookAt(check)));
    return Object.fromEntries(checks.map(({ name }, index) => [name, found[index] ?? OK]));
  }

  async #lookAt(check: ReadinessCheck): Promise<string> {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    const late = `no answer within ${timeoutMs} ms`;
    if (this.#hanging.has(check)) return late;
    this.#hanging.add(check);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, late);
    });
    const looked = this.#outcomeOf(check).finally(() => this.#hanging.delete(check));
    return Promise.race([looked, patience]).finally(() => clearTimeout(timer));
  }

  /** What an error says may be for nobody's eyes, so it goes to the log. */
  async #outcomeOf({ name, look }: ReadinessCheck): Promise<string> {
    try {
      return (await look()) ?? OK;
    } catch (error) {
      this.#options.report(error, `readiness: ${name}`);
      return "it failed; Muster's log knows more";
    }
  }
}
