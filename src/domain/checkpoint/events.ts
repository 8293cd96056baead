/** The stored contract of the stream `checkpoints`, for ever: what Muster has signed of this log. */
export type CheckpointEvent = CheckpointSigned;

/** Anyone who keeps the note can tell later whether the log still holds what it held then. */
export type CheckpointSigned = {
  readonly type: 'CheckpointSigned';
  readonly data: {
    /** Events covered; this one is not among them. */
    readonly size: number;
    /** Root of the log tree over them, base64. */
    readonly root: string;
    /** Root of the tree over the heads of all streams, base64. */
    readonly headsRoot: string;
    /** The C2SP signed note, as given out. */
    readonly note: string;
  };
};

export const CHECKPOINT_STREAM = 'checkpoints';
