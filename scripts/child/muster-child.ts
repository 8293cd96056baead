import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Muster in a process of its own, as people run it. */
export interface MusterChild {
  /** `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Sends the signal and resolves when the process is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface MusterChildOptions {
  readonly dataDir: string;
  /** Of the configuration; see `muster serve --help`. */
  readonly env: Readonly<Record<string, string>>;
  /** Told at once, so that a process that does not come up can be ended too. */
  readonly onSpawn?: (child: ChildProcess) => void;
  /** Told every line of its standard output, the log's too. */
  readonly onLine?: (line: string) => void;
}

const START_PATIENCE_MS = 120_000;

/** @throws Error with what the process said, when it ends or stays silent instead of serving */
export async function startMusterChild({
  dataDir,
  env,
  onSpawn,
  onLine,
}: MusterChildOptions): Promise<MusterChild> {
  const args = ['serve', '--port', '0', '--host', '127.0.0.1', '--data', dataDir];
  const child = spawn(process.execPath, [...musterCommandLine(), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MUSTER_LOG_LEVEL: 'warn', ...env },
  });
  onSpawn?.(child);
  // When it has ended and everything it said has been heard.
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    said.push(chunk.toString());
    if (said.length > 100) said.shift();
  });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the server ${why}:\n${said.join('')}`));
    const timer = setTimeout(() => fail(`said nothing for ${START_PATIENCE_MS} ms`), START_PATIENCE_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine?.(line);
      const served = /^Muster serves (http:\S+)\/graphql$/.exec(line);
      if (served?.[1] === undefined) {
        said.push(`${line}\n`);
        if (said.length > 100) said.shift();
        return;
      }
      clearTimeout(timer);
      resolve(served[1]);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${signal ?? code} before it served`);
    });
  });
  return {
    url,
    async end(signal) {
      child.kill(signal);
      await gone;
    },
  };
}

/** Compiled when this file is; otherwise from source by the loader that runs this one. */
export function musterCommandLine(): readonly string[] {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  if (!isSource) return [entry('../muster.js')];
  // `npm test` builds before it tests, and says so: the compiled one is what people run, and starts faster.
  if (process.env.MUSTER_TEST_COMPILED === '1') return [entry('../../dist/scripts/muster.js')];
  return ['--import', 'tsx/esm', entry('../muster.ts')];
}
