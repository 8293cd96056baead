import { AccountQuery } from './queries/account.js';
import { AccountsQuery } from './queries/accounts.js';
import { AuditLogQuery } from './queries/audit-log.js';
import { MembershipQuery } from './queries/membership.js';
import { OffboardingPreviewQuery } from './queries/offboarding-preview.js';
import { UserQuery } from './queries/user.js';
import { ViewerQuery } from './queries/viewer.js';

/** Every query of the API; nothing else is served. */
export const queries = [
  AccountQuery,
  AccountsQuery,
  AuditLogQuery,
  MembershipQuery,
  OffboardingPreviewQuery,
  UserQuery,
  ViewerQuery,
] as const;
