import type { MochaRun } from './mocha-run.js';
import { type MochaOptions, runMocha } from './run-mocha.js';

/**
 * Runs all files in one mocha. When one of them cannot be loaded mocha runs none, so then each runs in a mocha of its
 * own: slower, but a broken file hides only its own tests.
 */
export async function runTests(options: MochaOptions): Promise<MochaRun> {
  if (options.files.length === 0) return { begun: false, tests: [], failures: [] };
  const together = await runMocha(options);
  if (together.begun || options.files.length === 1) return together;
  const runs: MochaRun[] = [];
  for (const file of options.files) {
    runs.push(await runMocha({ ...options, files: [file], onProgress: () => {} }));
    options.onProgress(runs.length, options.files.length);
  }
  return {
    begun: runs.some(({ begun }) => begun),
    tests: runs.flatMap(({ tests }) => tests),
    failures: runs.flatMap(({ failures }) => failures),
  };
}
