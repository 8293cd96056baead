import { hashOf } from '../chain.js';
import { StoreUnavailable, WrongExpectedRevision } from '../event-store.js';
import type { Appender } from './appender.js';
import { everythingOf, inTime } from './call.js';
import type { ClusterAddress } from './connection-string.js';
import { EventStoreDbError } from './eventstoredb-error.js';
import { isAccessDenied, messageOf } from './failure.js';
import { connect } from './leader-client.js';
import type { Access, LogReader } from './log-reader.js';
import { Patience } from './patience.js';

/** Of the names `<logName>-log`: beside the streams of events, so that it is never delivered as one. */
export const IDENTITY_STREAM = 'log';
const IDENTITY_TYPE = 'LogNamed';

export interface ProbeParts {
  readonly address: ClusterAddress;
  /** Its prefix is that of the identity. */
  readonly access: Access;
  readonly reader: LogReader;
  readonly appender: Appender;
  /** Makes ids; the first is that of a new log. */
  readonly newLogId: string;
  readonly newEventId: () => string;
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
      const version = await inTime(client.serverVersion(), { what: 'the first call', ms });
      if (version === 'unknown') throw tooOld('it does not tell its version');
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
    await inTime(client.serverVersion(), { what: 'the first call', ms });
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

/** Two nodes that start at once agree: the stream is begun once only. */
async function identityOf(parts: ProbeParts, version: string): Promise<string> {
  const { appender, newLogId, newEventId } = parts;
  try {
    const known = await readIdentity(parts, version);
    if (known !== null) return known;
    const body = JSON.stringify({ logId: newLogId });
    const event = { id: newEventId(), type: IDENTITY_TYPE, body, hash: hashOf(body) };
    await appender
      .append({ stream: IDENTITY_STREAM, expectedRevision: 'NO_STREAM', events: [event] })
      .catch((error: unknown) => {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      });
    const made = await readIdentity(parts, version);
    if (made === null) throw new StoreUnavailable('the identity of the log was written but is not there');
    return made;
  } catch (error) {
    const denied = error instanceof Error && isAccessDenied(error.cause);
    if (denied) throw wrongCredentials(messageOf(error));
    throw error;
  }
}

async function readIdentity({ reader }: ProbeParts, version: string): Promise<string | null> {
  let body: string | undefined;
  try {
    body = (await reader.readStream(IDENTITY_STREAM, { maxCount: 1 }))[0]?.body;
  } catch (error) {
    if (error instanceof RangeError) throw tooOld(`${version} gives no positions of a stream's events`);
    throw error;
  }
  if (body === undefined) return null;
  const { logId }: { readonly logId?: unknown } = JSON.parse(body);
  if (typeof logId !== 'string')
    throw new EventStoreDbError('FOREIGN_LOG', 'the stream of the identity holds none');
  return logId;
}

const tooOld = (detail: string): EventStoreDbError =>
  new EventStoreDbError(
    'TOO_OLD',
    `the event store is too old (${detail}): Muster needs EventStoreDB 22.10 or newer, or KurrentDB`,
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
