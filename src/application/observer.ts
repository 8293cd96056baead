/** Told what the application is doing, for traces and metrics. */
export interface Observer {
  /** Runs a command, whose types these are, to its outcome. */
  command<T extends { readonly outcome: string }>(
    types: readonly string[],
    run: () => Promise<T>,
  ): Promise<T>;
  /** Whoever is asking at this moment: opaque, to be handed back below. */
  asker(): unknown;
  /** Runs what is done for several askers at once. */
  onBehalfOf<T>(askers: readonly unknown[], run: () => T): T;
}

export const nobodyWatches: Observer = {
  command: (_, run) => run(),
  asker: () => null,
  onBehalfOf: (_, run) => run(),
};
