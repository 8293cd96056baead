/** The port to what lies about a person in clear on this machine, outside log and vault. */
export interface PersonalTraces {
  /**
   * Removes them; the person's key is destroyed already. Null: something is still being written or read, so ask again.
   * Repeating it is harmless.
   * @param requestPosition of the ErasureRequested; names are taken away by the read model when it comes past it
   */
  remove(userId: string, requestPosition: number): Promise<RemovedTraces | null>;
}

export interface RemovedTraces {
  /** What keeps names, and in which version. */
  readonly names: { readonly by: string };
  /** Files in the mail folder, to the person or naming them. */
  readonly mails: { readonly count: number; readonly by: string };
}
