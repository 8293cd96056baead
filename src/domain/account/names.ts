import { LINK, PLAIN_TEXT } from '../plain-text.js';
import { type Rejection, reject } from '../rejection.js';

export const MAX_NAME_LENGTH = 200;

/** Names of groups and applications: something visible, one line, not endless. */
export const checkName = (name: string, field: string): Rejection | null => {
  const trimmed = name.trim();
  if (trimmed.length === 0) return reject('INVALID_INPUT', 'A name must not be empty.', { field });
  if (trimmed.length > MAX_NAME_LENGTH)
    return reject('INVALID_INPUT', `A name has at most ${MAX_NAME_LENGTH} characters.`, { field });
  if (!PLAIN_TEXT.test(trimmed) || nameKey(trimmed).length === 0)
    return reject(
      'INVALID_INPUT',
      'A name is one line of visible text, without control, direction or invisible characters.',
      {
        field,
      },
    );
  return null;
};

/** The name of an account goes into the subjects of mails. */
export const checkAccountName = (name: string, field: string): Rejection | null =>
  checkName(name, field) ??
  (LINK.test(name)
    ? reject('INVALID_INPUT', 'The name of an account must not hold a link or an e-mail address.', { field })
    : null);

/** Names with one key look alike: compatible forms, upper and lower case, and invisible characters are one. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .trim()
    .toLowerCase();

/** Permissions look like `users.manage` or `app-store`. */
const permissionShape = /^[a-z][a-z0-9]*(?:[._:-][a-z0-9]+)*$/;

export const checkPermissions = (permissions: readonly string[]): Rejection | null => {
  const bad = permissions.find((permission) => permission.length > 64 || !permissionShape.test(permission));
  return bad === undefined
    ? null
    : reject(
        'INVALID_INPUT',
        'A permission is at most 64 lower-case letters and digits in words joined by . _ : or -.',
        { field: 'permissions' },
      );
};
