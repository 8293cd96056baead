import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildMessage, ChildOptions } from './append-child.js';

/** A running append-child and what it has said so far. */
export interface AppendChild {
  readonly process: ChildProcess;
  readonly messages: readonly ChildMessage[];
  /** Resolves when it says this; rejects when it ends before. */
  said(kind: ChildMessage['kind']): Promise<void>;
  /** Lets it open its folder. */
  go(): void;
  /** Resolves with what it wrote to standard error when it has ended and all its output was read. */
  readonly ended: Promise<string>;
}

/** `wrapper` runs it below another program, such as strace. */
export function startAppendChild(options: ChildOptions, wrapper: readonly string[] = []): AppendChild {
  const file = fileURLToPath(new URL('./append-child.ts', import.meta.url));
  const [command = '', ...args] = [
    ...wrapper,
    process.execPath,
    '--import',
    'tsx',
    file,
    JSON.stringify(options),
  ];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const messages: ChildMessage[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    // A kill may cut the last line; then it was not said.
    rest = lines.pop() ?? '';
    for (const line of lines) messages.push(JSON.parse(line) as ChildMessage);
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // Writing to a child that was killed is no news.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve, reject) => {
    child.on('close', () => resolve(errors)).on('error', reject);
  });
  return {
    process: child,
    messages,
    ended,
    go: () => child.stdin.write('go\n'),
    said: (kind) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (messages.some((message) => message.kind === kind)) resolve();
        };
        listeners.add(look);
        look();
        ended.then((text) => reject(new Error(`the child ended before it was ${kind}: ${text}`)), reject);
      }),
  };
}
