import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every way these bytes are likely to lie in a file: as they are, two bytes a letter, in hex, in base64 at any offset. */
export function formsOf(secret: string | Buffer): readonly Buffer[] {
  const bytes = Buffer.from(secret as string);
  const forms = [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase())];
  if (typeof secret === 'string') {
    const wide = Buffer.from(secret, 'utf16le');
    forms.push(wide, Buffer.from(wide).swap16(), Buffer.from(secret.toLowerCase()));
  }
  for (const offset of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // The first and the last letters depend on what lies beside it.
    const inner = text.slice(offset === 0 ? 0 : 4, -4).replace(/=+$/, '');
    forms.push(Buffer.from(inner), Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_')));
  }
  return forms;
}

/** Files under the folder that hold one of the secrets in any form. */
export function filesWith(folder: string, secrets: readonly (string | Buffer)[]): readonly string[] {
  const forms = secrets.flatMap(formsOf);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const content = contentOf(path);
      return forms.some((form) => content.includes(form) || path.includes(form.toString('latin1')));
    });
}

/** A server closes and removes files of its own meanwhile. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
