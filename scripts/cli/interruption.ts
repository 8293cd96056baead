import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** For work that may be cut off anywhere; the code is what a shell expects of a process that such a signal ended. */
export function onInterruption(end: (exitCode: number) => void): () => void {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => end(128 + constants.signals[signal]);
    process.once(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const forget of listeners) forget();
  };
}
