import { writeFileSync } from 'node:fs';
import { signCheckpoint } from '../src/proof/checkpoint.js';
import { LogTree } from '../src/proof/log-tree.js';
import { musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { openSignedLog, type SignedLog } from './cli/signed-log.js';
import { print, say } from './cli/terminal.js';

export const checkpointCommand = musterCommand(
  'checkpoint',
  'Sign what the log holds now and print the note: keep it elsewhere, and verify against it later. ' +
    'Writes nothing into the log; a server may go on meanwhile.',
  [
    'npm run -s checkpoint > 2026-01.note',
    'npm run checkpoint -- --out 2026-01.note',
    'npm run -s checkpoint -- --key > muster.key',
  ],
)
  .option('--out <file>', 'write the note into this file')
  .option('--key', 'print the public key instead: whoever verifies needs it from you, once', false)
  .action(runCheckpoint);

interface CheckpointOptions {
  readonly data: string;
  readonly out?: string;
  readonly key: boolean;
}

async function runCheckpoint({ data, out, key }: CheckpointOptions): Promise<void> {
  // A log that went on elsewhere holds more now than what is here; its key is the same.
  const log = await openSignedLog(data, { allowsMark: key ? 'MOVED' : 'NONE' });
  try {
    const text = key ? `${log.signer.verifierKey}\n` : await noteOf(log);
    if (out === undefined) return print(text.slice(0, -1));
    writeFileSync(out, text);
    say(`written to ${out}`);
  } finally {
    await log.close();
  }
}

async function noteOf({ store, signer }: SignedLog): Promise<string> {
  const progress = startProgress('reading');
  try {
    const tree = new LogTree();
    const head = await store.head();
    for (let position = 0; position < head; ) {
      const page = await store.readAll({ afterPosition: position, maxCount: 1_000 });
      for (const event of page) if (event.position <= head) tree.add(event);
      position = page.at(-1)?.position ?? head;
      progress.update(Math.min(position, head), head);
    }
    const signedAt = new Date().toISOString();
    return signCheckpoint(tree.checkpoint(tree.heads(), { logId: store.logId, signedAt }), signer);
  } finally {
    progress.stop();
  }
}
