/** The port to disposable snapshots of folded streams; losing them costs time, never truth. */
export interface SnapshotStore {
  load(stream: string): Promise<Snapshot | null>;
  save(stream: string, snapshot: Snapshot): Promise<void>;
}

export interface Snapshot {
  /** Last event folded in, and its hash: checked against the log before the snapshot is believed. */
  readonly revision: number;
  readonly hash: string;
  /** Of the code that made it; other versions are passed over. */
  readonly version: number;
  readonly body: string;
}
