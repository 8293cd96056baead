/** What the server said, or the network: `code` is an SQLSTATE or an errno. */
interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** SQLSTATEs that a restart, a failover or a crowd brings about, and that pass. */
const PASSING_STATES = [
  '57P01', // the server shuts down, or somebody ended the session
  '57P02',
  '57P03', // the server is starting
  '53300', // too many connections
  '40001',
  '40P01',
];
const PASSING_ERRNOS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'EAI_AGAIN'];

/** Whether trying again at once may help. What timed out is not tried again: somebody is waiting. */
export function isPassing(error: unknown): boolean {
  const { code, message } = error as Failure;
  if (typeof code === 'string')
    return PASSING_STATES.includes(code) || PASSING_ERRNOS.includes(code) || code.startsWith('08');
  return typeof message === 'string' && /^Connection terminated|is not queryable$/.test(message);
}

/**
 * One line for people. Nothing else of the error is passed on: the detail of a refused row would hold a key.
 */
export function reasonOf(error: unknown): string {
  const { code, message } = error as Failure;
  const text = typeof message === 'string' && message !== '' ? message : 'no connection';
  const reason = typeof code === 'string' && !text.includes(code) ? `${text} (${code})` : text;
  return code === PERMISSION_DENIED ? `${reason}: ${ownerHint(text)}` : reason;
}

const PERMISSION_DENIED = '42501';

/** Rights on the tables would not do: who erases rewrites them, which only their owner may. */
const ownerHint = (text: string): string =>
  text.includes('for database')
    ? 'the schema muster_vault is still to be made there, so let a superuser say ALTER DATABASE … OWNER TO this role'
    : 'the schema muster_vault belongs to another role, perhaps that of an earlier address; let a superuser give it to ' +
      'this one, with ALTER SCHEMA … OWNER TO and the same for its tables (README, "Keys in PostgreSQL")';
