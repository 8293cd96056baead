import { FieldResolver, Resolver, Root } from 'type-graphql';
import { csvOf } from '../csv.js';
import type { Connection } from './connection.js';
import { type Membership, MembershipConnection } from './membership.js';

type Column = readonly [name: string, cell: (membership: Membership) => string | null];

const columns: readonly Column[] = [
  ['accountId', ({ accountId }) => accountId],
  ['account', ({ account }) => account?.name ?? null],
  ['userId', ({ userId }) => userId],
  ['name', ({ user }) => user.name],
  ['email', ({ user }) => user.email],
  ['status', ({ status }) => status],
  ['endedBy', ({ endedBy }) => endedBy],
  ['kind', ({ kind }) => kind],
  ['role', ({ role }) => role],
  ['permissions', ({ permissions }) => permissions.join(' ')],
  ['joinedAt', ({ joinedAt }) => new Date(joinedAt).toISOString()],
  ['since', ({ since }) => new Date(since).toISOString()],
];

/** Every list of memberships can be taken into a spreadsheet, page by page (PP-16). */
@Resolver(() => MembershipConnection)
export class MembershipCsv {
  @FieldResolver(() => String, {
    description: `The page as CSV (RFC 4180), with a header line: ${columns.map(([name]) => name).join(', ')}. Names only as far as the caller may see them. A cell that a spreadsheet would take for a formula gets a leading apostrophe.`,
  })
  csv(@Root() page: Connection<Membership>): string {
    const header = columns.map(([name]) => name);
    return csvOf([header, ...page.nodes.map((node) => columns.map(([, cell]) => cell(node)))]);
  }
}
