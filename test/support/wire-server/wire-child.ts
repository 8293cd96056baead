import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FaultOrder } from './control.js';
import type { WireMethod } from './faults.js';
import { fromJson, type RecordJson } from './journal.js';
import type { Member } from './serving-node.js';
import type { StoredRecord } from './stored-record.js';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** A node in a process of its own, which a test may kill. */
export class WireChild {
  readonly port: number;
  readonly #controlPort: number;
  readonly #process: ChildProcess;
  readonly #flags: readonly string[];

  /** With the flags of main.ts; listening when it resolves. */
  static async start(flags: readonly string[] = []): Promise<WireChild> {
    const child = spawn(process.execPath, ['--import', 'tsx/esm', MAIN, '--ends-with-stdin', ...flags], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error('The node ended before it listened.'))),
    ]);
    return new WireChild(child, JSON.parse(String(line)) as Ports, flags);
  }

  private constructor(child: ChildProcess, { port, controlPort }: Ports, flags: readonly string[]) {
    this.#process = child;
    this.port = port;
    this.#controlPort = controlPort;
    this.#flags = flags;
  }

  connectionString(parameters: readonly string[] = []): string {
    const isSecure = this.#flags.includes('--tls-key');
    return `esdb://127.0.0.1:${this.port}?${[`tls=${isSecure}`, ...parameters].join('&')}`;
  }

  /** Calls begun so far, by method. */
  calls(): Promise<{ readonly [method in WireMethod]?: number }> {
    return this.#ask('GET', 'calls') as Promise<{ readonly [method in WireMethod]?: number }>;
  }

  async records(stream?: string): Promise<readonly StoredRecord[]> {
    const query = stream === undefined ? '' : `?stream=${encodeURIComponent(stream)}`;
    return ((await this.#ask('GET', `records${query}`)) as readonly RecordJson[]).map(fromJson);
  }

  members(): Promise<readonly Member[]> {
    return this.#ask('GET', 'members') as Promise<readonly Member[]>;
  }

  async setFaults(order: FaultOrder): Promise<void> {
    await this.#ask('PUT', 'faults', order);
  }

  async dropConnections(): Promise<void> {
    await this.#ask('POST', 'drop-connections');
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** Neither answers nor breaks its connections, until `resume`. */
  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  /** The same node again, at the same port, after its end. */
  restart(): Promise<WireChild> {
    const flags = this.#flags.filter(
      (flag, index) => flag !== '--port' && this.#flags[index - 1] !== '--port',
    );
    return WireChild.start([...flags, '--port', String(this.port)]);
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#controlPort}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }
}

interface Ports {
  readonly port: number;
  readonly controlPort: number;
}
