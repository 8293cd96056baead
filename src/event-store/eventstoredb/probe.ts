import { everythingOf, inTime } from './call.js';
import type { ClusterAddress } from './connection-string.js';
import { EventStoreDbError } from './eventstoredb-error.js';
import { isAccessDenied, messageOf } from './failure.js';
import { connect } from './leader-client.js';
import type { LogIdentity } from './log-identity.js';
import type { Access } from './log-reader.js';
import { Patience } from './patience.js';

/**
 * What the log is opened for.
 * - `USE`: one that there is not is made; one that is not all here yet is refused
 * - `FILL`: events of a log elsewhere are carried here; meanwhile nobody else opens it
 * - `COPY`: it is read; one that there is not, or that is not all here yet, is refused
 */
export type OpenPurpose = 'USE' | 'FILL' | 'COPY';

export interface ProbeParts {
  readonly address: ClusterAddress;
  readonly access: Access;
  readonly identity: LogIdentity;
  readonly newLogId: string;
  readonly purpose: OpenPurpose;
}

/**
 * Tries everything that Muster will need, and finds out the log's identity, or gives it one.
 * @throws EventStoreDbError
 */
export async function probe(parts: ProbeParts): Promise<string> {
  const version = await versionOf(parts);
  await readsAll(parts);
  return identityOf(parts, version);
}

async function versionOf({ address, access }: ProbeParts): Promise<string> {
  const { client, callTimeoutMs: ms, pacing, patienceMs } = access;
  const patience = new Patience(pacing, patienceMs);
  for (;;)
    try {
      const version = await inTime(client.serverVersion(ms), { what: 'the first call', ms });
      if (version === null) throw noVersion(address);
      if (isTooOld(version)) throw tooOld(version);
      return version;
    } catch (error) {
      if (error instanceof EventStoreDbError) throw error;
      const why = await diagnose(address, { error, ms });
      if (why.code !== 'UNREACHABLE' || !(await patience.again())) throw why;
    }
}

/** A cluster hides behind "no node found" what each of its nodes would say. */
async function diagnose(
  address: ClusterAddress,
  { error, ms }: { error: unknown; ms: number },
): Promise<EventStoreDbError> {
  const causes =
    address.hosts.length === 1 && !address.discover
      ? [`${hostsOf(address)}: ${messageOf(error)}`]
      : await Promise.all(address.hosts.map((host) => complaintOf({ ...address, hosts: [host] }, ms)));
  const told = causes.join('; ');
  if (/certificate|altname|self[- ]signed|wrong version number|EPROTO|ssl3?_|SSL routines/i.test(told))
    return new EventStoreDbError(
      'TLS_REFUSED',
      `the TLS connection to the event store failed: give the authority of its certificates as tlsCAFile, use the host names that they are for, and ?tls=false only where the server has no TLS (${told})`,
    );
  if (/UNAUTHENTICATED|PERMISSION_DENIED/.test(told)) return wrongCredentials(told);
  return new EventStoreDbError(
    'UNREACHABLE',
    `no node of the event store answers: check that it runs and that address, port and TLS are right (${told})`,
  );
}

async function complaintOf(address: ClusterAddress, ms: number): Promise<string> {
  const client = connect({ ...address, discover: false });
  try {
    await inTime(client.serverVersion(ms), { what: 'the first call', ms });
    return `${hostsOf(address)}: answers, but the cluster has no leader yet, or cannot be reached as it advertises itself`;
  } catch (error) {
    return `${hostsOf(address)}: ${messageOf(error)}`;
  } finally {
    await client.dispose();
  }
}

async function readsAll({ address, access }: ProbeParts): Promise<void> {
  const patience = new Patience(access.pacing, access.patienceMs);
  for (;;)
    try {
      const read = access.client.readAll({ maxCount: 1, requiresLeader: true });
      await everythingOf(read, { what: 'a read of $all', ms: access.callTimeoutMs });
      return;
    } catch (error) {
      if (isAccessDenied(error)) throw mayNotReadAll(address, error);
      if (!(await patience.again())) throw await diagnose(address, { error, ms: access.callTimeoutMs });
    }
}

async function identityOf(parts: ProbeParts, version: string): Promise<string> {
  const { identity, newLogId, purpose } = parts;
  try {
    const known = await identity.find();
    if (known === null && purpose === 'COPY') throw noLog(parts.address);
    const { logId, isFilling } = known ?? (await identity.name(newLogId, { isFilling: purpose === 'FILL' }));
    if (isFilling && purpose !== 'FILL') throw unfinished(logId);
    return logId;
  } catch (error) {
    const denied = error instanceof Error && isAccessDenied(error.cause);
    if (denied) throw wrongCredentials(messageOf(error));
    if (error instanceof RangeError) throw tooOld(`${version} gives no positions of a stream's events`);
    throw error;
  }
}

const noLog = (address: ClusterAddress): EventStoreDbError =>
  new EventStoreDbError('NO_LOG', `there is no log of Muster at ${hostsOf(address)}: check the address`);

const unfinished = (logId: string): EventStoreDbError =>
  new EventStoreDbError(
    'UNFINISHED',
    `the log ${logId} is being carried to this event store, and not all of it is there: run npm run migrate-log again, to its end`,
  );

const OLDEST = { year: 22, month: 10 };
const NEEDED = `Muster needs EventStoreDB ${OLDEST.year}.${OLDEST.month} or newer, or KurrentDB`;

/** A version that is written otherwise is left to what is tried next. */
function isTooOld(version: string): boolean {
  const [, year, month] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (year === undefined || month === undefined) return false;
  return Number(year) < OLDEST.year || (Number(year) === OLDEST.year && Number(month) < OLDEST.month);
}

const tooOld = (detail: string): EventStoreDbError =>
  new EventStoreDbError('TOO_OLD', `the event store is too old (${detail}): ${NEEDED}`);

const noVersion = (address: ClusterAddress): EventStoreDbError =>
  new EventStoreDbError(
    'TOO_OLD',
    `what answers at ${hostsOf(address)} does not tell its version: it is too old, or no event store at all: check the address; ${NEEDED}`,
  );

const wrongCredentials = (detail: string): EventStoreDbError =>
  new EventStoreDbError(
    'UNAUTHORISED',
    `the event store does not accept user and password of the connection string, or the user may not read and write streams (${detail})`,
  );

function mayNotReadAll(address: ClusterAddress, cause: unknown): EventStoreDbError {
  const user = address.credentials?.username ?? 'nobody';
  if (/UNAUTHENTICATED/.test(messageOf(cause))) return wrongCredentials(messageOf(cause));
  return new EventStoreDbError(
    'NO_ACCESS_TO_ALL',
    `the user ${user} may not read $all. Grant it, once, as a user of $admins (ADMIN_URL is the connection string with such a user):
  ADMIN_URL='esdb://admin:…@${hostsOf(address)}…' node -e '
    const { EventStoreDBClient } = require("@eventstore/db-client");
    const client = EventStoreDBClient.connectionString(process.env.ADMIN_URL);
    client.setStreamMetadata("$all", { acl: { readRoles: ["$admins", "${user}"] } }).finally(() => client.dispose());'`,
    { cause },
  );
}

const hostsOf = ({ hosts }: ClusterAddress): string =>
  hosts.map(({ address, port }) => `${address}:${port}`).join(',');
