import { Presets, SingleBar } from 'cli-progress';
import { say } from './terminal.js';

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 3_000;

/** A bar on a terminal; elsewhere a line every few seconds, so that logs show that it moves. Writes to stderr. */
export function startProgress(what: string): Progress {
  return process.stderr.isTTY ? barOf(what) : linesOf(what);
}

function barOf(what: string): Progress {
  const bar = new SingleBar(
    {
      format: `${what} {bar} {percentage}% | {value}/{total} | {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 200,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total) {
      if (!started) bar.start(total, done);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function linesOf(what: string): Progress {
  let last = performance.now();
  return {
    update(done, total) {
      const now = performance.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      say(`${what}: ${done} of ${total}`);
    },
    stop() {},
  };
}
