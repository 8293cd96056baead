import { readFileSync } from 'node:fs';
import { type NoteVerifier, noteVerifier } from '../../src/proof/signed-note.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';
import { openSignedLog } from './signed-log.js';

/** The public key in a file, as `npm run -s checkpoint -- --key` prints it. */
export function verifierIn(path: string): NoteVerifier {
  const verifier = noteVerifier(textOf(path, '--key').trim());
  if (verifier !== null) return verifier;
  throw new CommandError(
    `${path} holds no public key: it is one line like muster/…+…+…, from npm run -s checkpoint -- --key`,
    exitCodes.usage,
  );
}

/** The public key of the log of a data folder; it is the same wherever the log went. */
export async function verifierOf(data: string): Promise<NoteVerifier> {
  const log = await openSignedLog(data, { allowsMark: 'MOVED' });
  await log.close();
  const verifier = noteVerifier(log.signer.verifierKey);
  if (verifier === null) throw new Error('the key of the vault cannot be read back');
  return verifier;
}

/** @param option names what is missing */
export function textOf(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${option} ${path} cannot be read: ${why}`);
  }
}
