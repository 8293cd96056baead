import { presets } from '../../src/domain/account/policy.js';
import type { DomainEvent } from '../../src/domain/event.js';
import { signCheckpoint } from '../../src/proof/checkpoint.js';
import type { ExportScope } from '../../src/proof/export/export-file.js';
import type { ExportFormat } from '../../src/proof/export/export-format.js';
import { exportLog } from '../../src/proof/export/export-log.js';
import { LogTree } from '../../src/proof/log-tree.js';
import { noteSigner, noteVerifier } from '../../src/proof/signed-note.js';
import { MemoryLog } from '../projections/memory-log.js';
import { type EventBuilder, eventBuilder } from '../support/event-builder.js';

export const LOG_ID = 'a1b2c3';
export const signer = noteSigner(`muster/${LOG_ID}`, Buffer.alloc(32, 5));
export const stranger = noteSigner(`muster/${LOG_ID}`, Buffer.alloc(32, 6));
export const verifier = noteVerifier(signer.verifierKey);

export const NOW = '2026-02-01T00:00:00.000Z';
export const ANN = 'user-ann';
export const BOB = 'user-bob';

const member = (userId: string) => ({ userId, membershipId: `membership-${userId}` });
const joined = (userId: string): DomainEvent => ({
  type: 'UserAdded',
  data: { ...member(userId), kind: 'STANDARD', role: 'ADMIN', permissions: [] },
});

/** Two accounts, with everything an offboarding has to show of Ann in the first; positions have gaps. */
export async function smallLog(): Promise<MemoryLog> {
  const log = new MemoryLog(LOG_ID);
  let time = Date.parse('2026-01-01T00:00:00.000Z');
  const clock = () => {
    time += 60_000;
    return new Date(time).toISOString();
  };
  const builders = new Map<string, EventBuilder>();
  const write = async (
    stream: string,
    accountId: string | null,
    events: readonly DomainEvent[],
    ticket?: string,
  ) => {
    const builder = builders.get(stream) ?? eventBuilder({ accountId, stream, clock });
    builders.set(stream, builder);
    await builder.append(log, events, ticket === undefined ? {} : { reason: { code: 'left', ticket } });
  };
  for (const account of ['acme', 'zeta']) {
    const on = (events: readonly DomainEvent[], ticket?: string) =>
      write(`account-${account}`, account, events, ticket);
    await on([
      {
        type: 'AccountOpened',
        data: {
          name: `=1+1 "${account}", Zürich\n`,
          kind: 'STANDARD',
          operators: [],
          preset: 'DEFAULT',
          policy: presets.DEFAULT,
          policyVersion: 1,
        },
      },
    ]);
    await on([joined(ANN), joined(BOB)]);
    await on([{ type: 'GroupCreated', data: { groupId: 'g1', name: 'Everyone', parentId: null } }]);
    await on([{ type: 'GroupMemberAdded', data: { groupId: 'g1', userId: ANN, role: 'MEMBER' } }]);
    const responsibility = { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null } as const;
    await on([{ type: 'ContactAssigned', data: { responsibility, userId: ANN } }]);
    if (account === 'acme') await signInLog(log, write);
    await on(
      [
        { type: 'ContactReassigned', data: { responsibility, fromUserId: ANN, toUserId: BOB } },
        {
          type: 'UserRemoved',
          data: {
            ...member(ANN),
            snapshot: { kind: 'STANDARD', role: 'ADMIN', permissions: [], groups: [], responsibilities: [] },
          },
        },
      ],
      '=HYPERLINK("http://evil.example","\r\nclick")',
    );
    const mail = { causeEventId: 'e1', kind: 'REMOVAL', accountId: account, userId: ANN } as const;
    await write(`effect-${account}`, account, [{ type: 'MailRequested', data: mail }]);
    await write(`effect-${account}`, account, [{ type: 'MailSent', data: { ...mail, attempts: 1 } }]);
  }
  await signInLog(log, write);
  return log;
}

type Write = (stream: string, accountId: string | null, events: readonly DomainEvent[]) => Promise<void>;

async function signInLog(log: MemoryLog, write: Write): Promise<void> {
  const note = checkpointOf(log);
  const size = log.events.length;
  await write('checkpoints', null, [
    { type: 'CheckpointSigned', data: { size, root: '', headsRoot: '', note } },
  ]);
}

/** The note over the first events of a log. */
export function checkpointOf(log: MemoryLog, size = log.events.length, by = signer): string {
  const tree = new LogTree();
  for (const event of log.events.slice(0, size)) tree.add(event);
  return signCheckpoint(tree.checkpoint(tree.heads(), { logId: LOG_ID, signedAt: NOW }), by);
}

export async function exported(
  log: MemoryLog,
  { format, scope, since = null }: { format: ExportFormat; scope: ExportScope; since?: number | null },
): Promise<Buffer> {
  const pieces: string[] = [];
  const write = (text: string) => void pieces.push(text);
  await exportLog({ store: log, format, scope, signer, now: NOW, since, write });
  return Buffer.from(pieces.join(''));
}
