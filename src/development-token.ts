import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { DataFolderError } from './data-folder.js';

export const DEVELOPMENT_ISSUER = 'https://muster.invalid/dev';
export const DEVELOPMENT_AUDIENCE = 'muster-dev';
export const DEVELOPMENT_ALGORITHM = 'EdDSA';
/** Whose token is printed: the owner of the root operator account. */
export const DEV_SUBJECT = 'root';
const TOKEN_DAYS = 30;
const KEY_FILE = 'dev-key.pem';

export interface DevelopmentPerson {
  readonly subject: string;
  /** Held to be verified. */
  readonly email?: string;
}

/** A token for the root owner, or for somebody of the demo world; null where no development server has run. */
export async function developmentToken(dataDir: string, subject: string): Promise<string | null> {
  const key = keptKey(dataDir);
  if (key === null) return null;
  const person = subject === DEV_SUBJECT ? { subject } : { subject, email: `${subject}@example.com` };
  return signDevelopmentToken(key, person);
}

/** Kept in the data folder, so that a token printed yesterday is good today; null: there is none yet. */
export function keptKey(dataDir: string): KeyObject | null {
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory())
    throw new DataFolderError('NOT_A_FOLDER', `${dataDir} is not a folder: choose another path`);
  const path = join(dataDir, KEY_FILE);
  return existsSync(path) ? createPrivateKey(readFileSync(path)) : null;
}

export function keepKey(dataDir: string, key: KeyObject): void {
  const pem = key.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(dataDir, KEY_FILE), pem, { mode: 0o600, flag: 'wx' });
}

export function signDevelopmentToken(key: KeyObject, { subject, email }: DevelopmentPerson): Promise<string> {
  return new SignJWT(email === undefined ? {} : { email, email_verified: true })
    .setProtectedHeader({ alg: DEVELOPMENT_ALGORITHM, typ: 'JWT' })
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEVELOPMENT_AUDIENCE)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_DAYS}d`)
    .sign(key);
}
