import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { musterCommandLine } from '../../scripts/child/muster-child.js';

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What has not ended then never will. */
const PATIENCE_MS = 120_000;

/** The real command line in a process of its own, to its end. */
export const runMuster = (...args: readonly string[]): Promise<Ended> => runMusterWith({}, ...args);

/** With variables of its own. */
export async function runMusterWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  const child = spawn(process.execPath, [...musterCommandLine(), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    env: { ...withoutMuster(process.env), ...env },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exit, stdout, stderr };
}

/** A folder that is gone after the test. */
export async function inTemporaryFolder(use: (path: string) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'muster-cli-'));
  try {
    await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** What the person who runs the tests has configured must not reach the Muster under test. */
function withoutMuster(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('MUSTER_') || name.startsWith('MUSTER_TEST_')),
  );
}
