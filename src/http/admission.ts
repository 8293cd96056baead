/** What a request costs beside its body: its head, its socket's buffers, what is remembered of it. */
const BYTES_OF_ANY_REQUEST = 2_000;

export interface Place {
  /** Repeating it changes nothing. */
  leave(): void;
}

/** Holds what requests keep in memory below a bound: one more is refused before its body is read. */
export class Admission {
  #bytes = 0;

  constructor(private readonly mostBytes: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** Null: there is no room now. */
  enter(bodyBytes: number): Place | null {
    const bytes = bodyBytes + BYTES_OF_ANY_REQUEST;
    // A request that is larger than the bound by itself may come alone.
    if (this.#bytes > 0 && this.#bytes + bytes > this.mostBytes) return null;
    this.#bytes += bytes;
    let isHere = true;
    return {
      leave: () => {
        if (!isHere) return;
        isHere = false;
        this.#bytes -= bytes;
      },
    };
  }
}
