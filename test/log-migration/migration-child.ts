import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { musterCommandLine } from '../../scripts/child/muster-child.js';
import type { Ended } from '../cli/run-muster.js';

/** `muster migrate-log` in a process of its own, which a test may kill. */
export class MigrationChild {
  readonly #process: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [...musterCommandLine(), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#process = child;
    this.ended = endOf(child, [text(child.stdout), text(child.stderr)]);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** As Ctrl-C does. */
  interrupt(): Promise<Ended> {
    this.#process.kill('SIGINT');
    return this.ended;
  }
}

async function endOf(child: ChildProcess, said: readonly Promise<string>[]): Promise<Ended> {
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const [stdout = '', stderr = ''] = await Promise.all(said);
  return { exitCode, stdout, stderr };
}
