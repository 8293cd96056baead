import type { ExecutionResult } from 'graphql';

export interface LiveResultsParts {
  readonly source: AsyncGenerator<unknown>;
  readonly execute: (event: unknown) => Promise<ExecutionResult>;
  /** The source has ended with this, or an event could not be told. */
  readonly onFailed: (error: unknown) => void;
}

const ended = { done: true, value: undefined } as const;

/** One result for each event of the source. Ends at once when told to, also while it waits for the next event. */
export class LiveResults implements AsyncGenerator<ExecutionResult> {
  constructor(private readonly parts: LiveResultsParts) {}

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const { source, execute, onFailed } = this.parts;
    try {
      const { done, value } = await source.next();
      return done === true ? ended : { done: false, value: await execute(value) };
    } catch (error) {
      onFailed(error);
      return this.return();
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.parts.source.return(undefined);
    return ended;
  }

  throw(): Promise<IteratorResult<ExecutionResult>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
