/** One event as a node keeps it: the bytes that the client sent, and where they went. */
export interface StoredRecord extends ProposedRecord {
  readonly stream: string;
  /** From 0, without gaps in its stream. */
  readonly revision: bigint;
  /** Offset of the record in the log: strictly increasing, with gaps as wide as the records. */
  readonly position: bigint;
  /** 100 ns since the epoch. */
  readonly createdTicks: bigint;
}

export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** Bytes of type, flags, checksums and the like that a real log keeps round each record. */
const RECORD_OVERHEAD_BYTES = 89;

export const bytesInLog = (record: StoredRecord): bigint =>
  BigInt(
    RECORD_OVERHEAD_BYTES +
      Buffer.byteLength(record.stream) +
      2 * record.type.length +
      record.data.length +
      record.metadata.length,
  );

export const isSystemStream = (stream: string): boolean => stream.startsWith('$');

export const metadataStreamOf = (stream: string): string => `$$${stream}`;
