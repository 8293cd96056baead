import type {
  MemberAction as MemberActionName,
  PreviewedOperation as PreviewedOperationName,
} from '../src/application/application.js';
import type {
  BulkErrorPolicy as BulkErrorPolicyName,
  BulkItemOutcome as BulkItemOutcomeName,
  BulkOrderKind,
} from '../src/domain/bulk/events.js';
import { enumOf } from './enums.js';

export const BulkErrorPolicy = enumOf<BulkErrorPolicyName>(
  'BulkErrorPolicy',
  'What one refusal means for the others of a bulk operation.',
  {
    REJECT_EVERYTHING:
      'One refusal and nothing is done anywhere: everything is tried out first. People passed over under SKIP_INAPPLICABLE are no refusal: the others go ahead. Should something be refused only once it has begun, what was appended before stays and nothing follows.',
    REJECT_FAILED_ITEMS: 'The others go ahead.',
  },
);

export const BulkItemOutcome = enumOf<BulkItemOutcomeName>(
  'BulkItemOutcome',
  'What became of one person in a bulk operation.',
  {
    APPLIED: 'Done and durable; in a dry run, it would be.',
    UNCHANGED:
      'Nothing was written: it was so already, or, when there is a code, it was passed over under SKIP_INAPPLICABLE because the operation does not apply to it; the code says why.',
    REJECTED: 'Refused; the code says why.',
    NOT_ATTEMPTED: 'Something before it was refused under REJECT_EVERYTHING, so it was left as it was.',
  },
);

export const BulkOperationKind = enumOf<BulkOrderKind>(
  'BulkOperationKind',
  'What a bulk operation does to each person.',
  {
    REMOVE: 'removeUser.',
    DEACTIVATE: 'deactivateUser.',
    REACTIVATE: 'reactivateUser.',
    DELETE: 'deleteUser.',
    REINSTATE: 'reinstateUser: only as the undoing of REMOVE.',
    REVOKE_INVITATION: 'revokeInvitation: only in endEverywhere, where the person has just been invited.',
    BY_ACCOUNT: 'Not the same in every account, as endEverywhere does by itself, and its undoing.',
  },
);

export const BulkOperationStatus = enumOf<'RUNNING' | 'FINISHED'>(
  'BulkOperationStatus',
  'How far a bulk operation is.',
  {
    RUNNING: 'Some items are not decided yet; what a crash interrupts goes on by itself.',
    FINISHED: 'Every item is decided.',
  },
);

export const PreviewedOperation = enumOf<PreviewedOperationName>(
  'PreviewedOperation',
  'What offboardingPreview looks ahead to.',
  {
    REMOVE: 'removeUser.',
    LEAVE: 'leaveAccount: only of oneself, and without a permission.',
    DEACTIVATE: 'deactivateUser.',
    REACTIVATE: 'reactivateUser.',
    DELETE: 'deleteUser.',
  },
);

export const MemberAction = enumOf<MemberActionName>(
  'MemberAction',
  'What can be done with a member. The first four can be done with a selection too.',
  {
    REMOVE: 'removeUser.',
    DEACTIVATE: 'deactivateUser.',
    REACTIVATE: 'reactivateUser.',
    DELETE: 'deleteUser.',
    LEAVE: 'leaveAccount: only with one’s own membership.',
    FREEZE: 'freezeUser.',
    UNFREEZE: 'unfreezeUser.',
    REINSTATE: 'reinstateUser.',
    TERMINATE_SESSION: 'terminateSession.',
    RESEND_INVITATION: 'resendInvitation.',
    COPY_INVITATION_LINK: 'copyInvitationLink.',
    REVOKE_INVITATION: 'revokeInvitation.',
    CHANGE_ROLE: 'changeRole, to at least one other role; `Membership.assignableRoles` lists them.',
    SCHEDULE_END: 'scheduleEnd, with at least one of the operations that the account offers.',
    CANCEL_SCHEDULED_END: 'cancelScheduledEnd.',
    NOTIFY: 'notifyUser.',
  },
);
