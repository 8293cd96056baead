import type { Worker } from 'node:worker_threads';
import { DatabaseFileError, type DatabaseFileErrorCode } from '../../database/database-file-error.js';
import { startModuleWorker } from '../../module-worker.js';
import type { WriterMessage, WriterOptions } from './append-group.js';

/**
 * Starts the writer in a thread of its own, so that neither inserts nor fsyncs hold up the event loop.
 * Resolves when the log is open.
 * @throws DatabaseFileError
 */
export async function startWriterThread(options: WriterOptions): Promise<Worker> {
  const worker = startModuleWorker(new URL('./writer-worker', import.meta.url).href, { workerData: options });
  const message = await firstMessage(worker);
  if (message.kind === 'CANNOT_OPEN') {
    await worker.terminate();
    throw message.code === null
      ? new Error(message.message)
      : new DatabaseFileError(message.code as DatabaseFileErrorCode, message.message);
  }
  return worker;
}

function firstMessage(worker: Worker): Promise<WriterMessage> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      how();
    };
    const onMessage = (message: WriterMessage) => settle(() => resolve(message));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = (code: number) =>
      settle(() => reject(new Error(`the log's writer thread ended with code ${code} at start`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
