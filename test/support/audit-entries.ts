import type { AccountWorld } from './account-world.js';

export interface SeenEntry {
  readonly id: string;
  readonly position: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly subjectLabel: string | null;
  readonly actor: { readonly id: string; readonly user: { readonly name: string | null } | null };
  readonly subject: { readonly id: string; readonly name: string | null } | null;
}

const query = `query ($a: ID!, $f: AuditLogFilter, $after: String) {
  auditLog(accountId: $a, filter: $f, first: 200, after: $after) {
    nodes { id type revision position hash occurredAt recordedAt policyVersion causationId correlationId data
      reason { code } subjectLabel subject { id name } actor { kind id onBehalfOf user { id name } } }
    pageInfo { hasNextPage endCursor } } }`;

/** All that the audit log shows the owner of an account's events, oldest first. */
export async function auditEntries(
  { accountId, olga }: AccountWorld,
  filter: object = {},
): Promise<readonly SeenEntry[]> {
  const entries: SeenEntry[] = [];
  let after: string | null = null;
  do {
    const { auditLog } = await olga.client.query(query, { a: accountId, f: filter, after });
    entries.push(...auditLog.nodes);
    after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null;
  } while (after !== null);
  return entries.reverse();
}
