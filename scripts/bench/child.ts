import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child<Ready> {
  readonly ready: Ready;
  /** @throws Error when it failed, now or before: what was measured beside it means nothing then */
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
  const child = fork(script, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, MUSTER_LOG_LEVEL: 'warn', ...env },
  });
  // Not on the command line: the ids of a seeded server are longer than one may be.
  child.send({ argument });
  const gone = new Promise<number | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal === 'SIGTERM' ? 0 : code)),
  );
  const ready = await firstMessage<Ready>(child, name);
  return {
    ready,
    async end() {
      child.kill('SIGTERM');
      const code = await gone;
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
    },
  };
}

/** In the started script: what it was started with. */
export function receiveArgument<Argument>(): Promise<Argument> {
  return new Promise((resolve) => {
    process.once('message', (message: { readonly argument: Argument }) => resolve(message.argument));
  });
}

function firstMessage<Ready>(child: ChildProcess, name: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  });
}
