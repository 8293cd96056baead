import { Presets, SingleBar } from 'cli-progress';
import { say } from './terminal.js';

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** For work in several stages: each has a bar of its own. */
export interface StagedProgress {
  readonly update: (doing: string, done: number, total: number) => void;
  stop(): void;
}

export function startProgressOf(): StagedProgress {
  let stage: { readonly doing: string; readonly progress: Progress } | null = null;
  return {
    update(doing, done, total) {
      if (stage?.doing !== doing) {
        stage?.progress.stop();
        stage = { doing, progress: startProgress(doing) };
      }
      stage.progress.update(done, total);
    },
    stop() {
      stage?.progress.stop();
      stage = null;
    },
  };
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
