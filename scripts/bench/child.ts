import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child<Ready> {
  readonly ready: Ready;
  end(): Promise<void>;
}

/** Starts a script of this folder in a process of its own, compiled or not as this one is; its first message is `ready`. */
export async function startChild<Ready>(
  name: string,
  argument: unknown,
  env: Readonly<Record<string, string>> = {},
): Promise<Child<Ready>> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const script = fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
  const child = fork(script, [JSON.stringify(argument)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, MUSTER_LOG_LEVEL: 'warn', ...env },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await firstMessage<Ready>(child, name);
  return {
    ready,
    async end() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function firstMessage<Ready>(child: ChildProcess, name: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  });
}
