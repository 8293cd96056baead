import { writeSync } from 'node:fs';

/** Writes from an offset on and says how many bytes were taken. */
export type WriteSome = (file: number, bytes: Buffer, offset: number) => number;

/** All of the text: one write may take less than it is given, when the disk is nearly full. */
export function writeWhole(file: number, text: string, writeSome: WriteSome = writeSync): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSome(file, bytes, written);
}
