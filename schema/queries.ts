import { AccessQuery } from './queries/access.js';
import { AccountQuery } from './queries/account.js';
import { AccountsQuery } from './queries/accounts.js';
import { AnalyticsQuery } from './queries/analytics.js';
import { AttributionQuery } from './queries/attribution.js';
import { AuditLogQuery } from './queries/audit-log.js';
import { AvailableActionsQuery } from './queries/available-actions.js';
import { BulkOperationQuery } from './queries/bulk-operation.js';
import { BulkPreviewQuery } from './queries/bulk-preview.js';
import { CheckpointQuery } from './queries/checkpoint.js';
import { ConsistencyProofQuery } from './queries/consistency-proof.js';
import { DifferenceQuery } from './queries/difference.js';
import { EndEverywherePreviewQuery } from './queries/end-everywhere-preview.js';
import { ExplainDecisionQuery } from './queries/explain-decision.js';
import { InclusionProofQuery } from './queries/inclusion-proof.js';
import { InvitationQuery } from './queries/invitation.js';
import { MembershipQuery } from './queries/membership.js';
import { MembershipsQuery } from './queries/memberships.js';
import { OffboardingEvidenceQuery } from './queries/offboarding-evidence.js';
import { OffboardingPreviewQuery } from './queries/offboarding-preview.js';
import { ProjectionHealthQuery } from './queries/projection-health.js';
import { ReplayQuery } from './queries/replay.js';
import { UserQuery } from './queries/user.js';
import { ViewerQuery } from './queries/viewer.js';
import { AccountLedgers } from './types/account-ledgers.js';
import { AccountOperators } from './types/account-operators.js';
import { AccountContacts } from './types/contact.js';
import { MembershipCsv } from './types/membership-csv.js';
import { ResponsibilityApplication } from './types/responsibility-name.js';
import { AccountUserCounts } from './types/user-counts.js';

/** Every query of the API, and fields that stand beside their types; nothing else is served. */
export const queries = [
  AccessQuery,
  AccountContacts,
  AccountLedgers,
  AccountOperators,
  AccountQuery,
  AccountUserCounts,
  AccountsQuery,
  AnalyticsQuery,
  AttributionQuery,
  AuditLogQuery,
  AvailableActionsQuery,
  BulkOperationQuery,
  BulkPreviewQuery,
  CheckpointQuery,
  ConsistencyProofQuery,
  DifferenceQuery,
  EndEverywherePreviewQuery,
  ExplainDecisionQuery,
  InclusionProofQuery,
  InvitationQuery,
  MembershipCsv,
  MembershipQuery,
  MembershipsQuery,
  OffboardingEvidenceQuery,
  OffboardingPreviewQuery,
  ProjectionHealthQuery,
  ReplayQuery,
  ResponsibilityApplication,
  UserQuery,
  ViewerQuery,
] as const;
