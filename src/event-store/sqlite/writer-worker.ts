import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { DatabaseFileError } from '../../database/database-file-error.js';
import type { AppendGroup, WriterMessage, WriterOptions } from './append-group.js';
import { LogWriter } from './log-writer.js';

/** Entry of the writer thread: one group in, one outcome out; null means close. */
if (parentPort === null) throw new Error('writer-worker only runs as a worker thread');
const port = parentPort;
const options = workerData as WriterOptions;

const writer = openWriter();
if (writer !== null) {
  const channel = new BroadcastChannel(options.channelName);
  port.on('message', (group: AppendGroup | null) => {
    if (group === null) {
      writer.close();
      channel.close();
      port.close();
      return;
    }
    const outcome = writer.append(group);
    tell({ kind: 'OUTCOME', outcome });
    if (outcome.status === 'DECIDED') channel.postMessage(null);
  });
  tell({ kind: 'READY' });
}

function openWriter(): LogWriter | null {
  try {
    return new LogWriter(options);
  } catch (error) {
    tell({
      kind: 'CANNOT_OPEN',
      message: error instanceof Error ? error.message : String(error),
      code: error instanceof DatabaseFileError ? error.code : null,
    });
    port.close();
    return null;
  }
}

function tell(message: WriterMessage): void {
  port.postMessage(message);
}
