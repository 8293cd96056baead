import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StoredEvent } from '../../../src/domain/event.js';
import { MemoryLog } from '../../projections/memory-log.js';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Histories as builds of Muster have stored them; a file is never changed, only added. */
export const corpora: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.events'))
  .map((name) => name.slice(0, -'.events'.length))
  .sort();

/** A line is the hash of an event, a space, and its body, byte for byte. */
export async function readCorpus(name: string): Promise<MemoryLog> {
  const log = new MemoryLog(`corpus-${name}`);
  const lines = readFileSync(`${folder}${name}.events`, 'utf8').split('\n').slice(0, -1);
  for (const line of lines) {
    const [hash = '', body = ''] = [line.slice(0, 64), line.slice(65)];
    const { eventId: id, type, stream, revision } = JSON.parse(body) as StoredEvent;
    await log.append({
      stream,
      expectedRevision: revision === 0 ? 'NO_STREAM' : revision - 1,
      events: [{ id, type, body, hash }],
    });
  }
  return log;
}

/**
 * What a corpus gave when it was added. Where there is nothing yet and MUSTER_TEST_ADD_TO_CORPUS is set, what it gives
 * now is written down.
 */
export function expectedOf(name: string, now: () => unknown): unknown {
  const path = `${folder}${name}.expected`;
  if (!existsSync(path) && process.env.MUSTER_TEST_ADD_TO_CORPUS !== undefined)
    writeFileSync(path, `${JSON.stringify(now())}\n`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Where `found` lacks something of `expected` or has something else there; what came in addition is no difference. */
export function lackingIn(found: unknown, expected: unknown, path = ''): readonly string[] {
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null)
    return Object.is(found, expected)
      ? []
      : [`${path} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
  if (Array.isArray(expected) && (!Array.isArray(found) || found.length !== expected.length))
    return [`${path} has ${Array.isArray(found) ? found.length : 'no'} entries, not ${expected.length}`];
  return Object.entries(expected).flatMap(([key, value]) =>
    lackingIn((found as Readonly<Record<string, unknown>>)[key], value, `${path}/${key}`),
  );
}
