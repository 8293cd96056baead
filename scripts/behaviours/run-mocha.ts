import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type MochaEvent, MochaRecord } from './mocha-record.js';
import type { MochaRun } from './mocha-run.js';

export interface MochaOptions {
  /** The project: its mocha, its settings. */
  readonly root: string;
  readonly files: readonly string[];
  /** Only tests whose full title matches. */
  readonly grep: RegExp | null;
  readonly onProgress: (done: number, total: number) => void;
  /** How long mocha may live on after its last test before it is killed. */
  readonly endPatienceMs?: number;
}

const END_PATIENCE_MS = 10_000;
const OUTPUT_KEPT_CHARACTERS = 4_000;

/** Runs the project's mocha over some files, in a process of its own, and follows it test by test. */
export async function runMocha(options: MochaOptions): Promise<MochaRun> {
  const record = new MochaRecord(options.grep, options.onProgress);
  const child = spawn(process.execPath, mochaCommandLine(options), {
    cwd: options.root,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: environment(),
  });
  const [stdout, stderr, channel] = child.stdio.slice(1) as [Readable, Readable, Readable];
  let output = '';
  for (const stream of [stdout, stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_KEPT_CHARACTERS);
    });
  let overstayed = false;
  let timer: NodeJS.Timeout | undefined;
  const expectEnd = (): void => {
    timer ??= setTimeout(() => {
      overstayed = child.kill('SIGKILL');
      // A process that a test has left behind may hold the other ends.
      for (const stream of [stdout, stderr]) stream.destroy();
    }, options.endPatienceMs ?? END_PATIENCE_MS);
  };
  createInterface({ input: channel }).on('line', (line) => {
    const event = JSON.parse(line) as MochaEvent;
    record.take(event);
    if (event.event === 'end') expectEnd();
  });
  child.once('exit', expectEnd);
  const exit = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'a signal'));
  });
  clearTimeout(timer);
  return record.close({ exit, output, overstayed }, options.files);
}

/** The settings of .mocharc.json but for its files: given together with others, mocha runs both. */
function mochaCommandLine({ root, files, grep }: MochaOptions): readonly string[] {
  const settings = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8')) as Record<string, unknown>;
  const { spec: _, 'node-option': nodeOptions = [], ...others } = settings;
  return [
    ...[nodeOptions].flat().map((option) => `--${option}`),
    join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
    '--no-config',
    ...Object.entries(others).flatMap(([name, value]) => flags(name, value)),
    // One `it.only` left behind would leave all the others unproved.
    '--forbid-only',
    '--reporter',
    join(root, 'scripts', 'behaviours', 'mocha-reporter.mjs'),
    ...(grep === null ? [] : ['--grep', grep.source]),
    ...files,
  ];
}

function flags(name: string, value: unknown): readonly string[] {
  if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
  return [value].flat().map((one) => `--${name}=${one}`);
}

/** As under `npm test`, tests that start Muster start the compiled one, which is fresh when this is compiled. */
function environment(): NodeJS.ProcessEnv {
  return import.meta.url.endsWith('.ts') ? process.env : { ...process.env, MUSTER_TEST_COMPILED: '1' };
}
