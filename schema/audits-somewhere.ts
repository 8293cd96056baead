import { apiError } from './api-error.js';
import type { RequestContext } from './context.js';

/**
 * A root hash tells nothing of anybody: whoever may read the audit trail of any account may have it.
 * @throws PERMISSION_DENIED
 */
export function requireAuditSomewhere({ userId, reads, rights }: RequestContext): void {
  const audits = (accountId: string) => rights.on(accountId).has('audit.read');
  if (userId !== null && reads.accountIdsOf(userId).some(audits)) return;
  throw apiError('PERMISSION_DENIED', 'You need the permission audit.read in some account.', {
    permission: 'audit.read',
  });
}
