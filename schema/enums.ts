import { registerEnumType } from 'type-graphql';
import type { Outcome } from '../src/application/outcome.js';
import type {
  AccountKind as AccountKindName,
  GroupRole as GroupRoleName,
} from '../src/domain/account/events.js';
import type {
  Confirmation as ConfirmationName,
  ConfirmedOperation as ConfirmedOperationName,
  EndingOperation as EndingOperationName,
  PolicyPreset as PolicyPresetName,
} from '../src/domain/account/policy.js';
import type { ResponsibilityKind as ResponsibilityKindName } from '../src/domain/account/responsibility.js';
import type { MemberKind as MemberKindName, Role as RoleName } from '../src/domain/account/roles.js';
import type { MembershipStatus as MembershipStatusName } from '../src/domain/account/state.js';
import type { RejectionCode } from '../src/domain/rejection.js';

/** The compiler keeps each list equal to the domain's union. */
export function enumOf<V extends string>(
  name: string,
  description: string,
  values: Readonly<Record<V, string>>,
) {
  const object = Object.fromEntries(Object.keys(values).map((value) => [value, value])) as {
    readonly [K in V]: K;
  };
  const valuesConfig = Object.fromEntries(
    Object.entries<string>(values).map(([value, text]) => [value, { description: text }]),
  ) as { [K in V]: { description: string } };
  registerEnumType(object, { name, description: `${description} May grow.`, valuesConfig });
  return object;
}

export const Role = enumOf<RoleName>('Role', 'What a member is in an account, in falling rank (D3-26).', {
  OWNER: 'Rank 4. Everything, including the policy. The last active owner cannot be lost (D3-15).',
  ADMIN: 'Rank 3. Manages people and contacts, reads the audit log.',
  CONTRIBUTOR: 'Rank 2. Sees the account and its people.',
  REVIEWER: 'Rank 1. Sees the account and its people; readers have this role.',
});

export const MemberKind = enumOf<MemberKindName>('MemberKind', 'How a member signs in (D3-22).', {
  STANDARD: 'Signs in with the account.',
  SSO: 'Signs in through single sign-on.',
  READER: 'Reads only; holds the role REVIEWER.',
  SERVICE: 'A machine with a token of its own, like a directory; in operator accounts only (PP-15).',
});

export const AccountKind = enumOf<AccountKindName>('AccountKind', 'What an account is for.', {
  STANDARD: 'Has the people of a partner, customer or project.',
  OPERATOR: 'Its members act on the accounts it operates (PP-12).',
});

export const GroupRole = enumOf<GroupRoleName>('GroupRole', 'What a member is in a group.', {
  MAINTAINER: 'Looks after the group.',
  MEMBER: 'Is in the group.',
});

export const ResponsibilityKind = enumOf<ResponsibilityKindName>(
  'ResponsibilityKind',
  'The kinds of contact duty; one person may hold any mix (SO-10).',
  {
    APPLICATION_TECHNICAL_CONTACT: 'Technical contact of one application.',
    ACCOUNT_TECHNICAL_CONTACT: 'Technical contact of the account.',
    ACCOUNT_ADMINISTRATIVE_CONTACT: 'Administrative contact of the account.',
  },
);

export const PolicyPreset = enumOf<PolicyPresetName>(
  'PolicyPreset',
  'The rules an account starts from: the strict default, or one of the four source systems.',
  {
    DEFAULT: 'Strict: preview before delete, duties handed over first, nobody removes himself.',
    SUPEROFFICE: 'SuperOffice developer portal: remove only, contacts reassigned first.',
    SOFTWAREONE: 'SoftwareOne marketplace: remove by administrators, groups required.',
    DOCUMENT360: 'Document360: deactivate or delete, seats limited.',
    PARTNER_PORTAL: 'Partner portal: deactivate, then delete.',
  },
);

export const EndingOperation = enumOf<EndingOperationName>('EndingOperation', 'How a membership can end.', {
  REMOVE: 'The membership ends; the person can be added again.',
  DEACTIVATE: 'The membership stays, access is off; reversible.',
  DELETE: 'Permanent for this account.',
});

export const ConfirmedOperation = enumOf<ConfirmedOperationName>(
  'ConfirmedOperation',
  'Operations that an account may ask to have confirmed.',
  {
    REMOVE: 'removeUser and leaveAccount.',
    DEACTIVATE: 'deactivateUser.',
    REACTIVATE: 'reactivateUser.',
    DELETE: 'deleteUser.',
  },
);

export const Confirmation = enumOf<ConfirmationName>(
  'Confirmation',
  'What must be sent along so that a slip of the hand changes nothing (SO-8).',
  {
    NONE: 'Nothing.',
    FLAG: '`confirmed: true`.',
    PREVIEW_TOKEN: 'The token of an `offboardingPreview` whose facts still hold.',
    TYPED_PHRASE: 'The name of the operation typed by the person, like DEACTIVATE.',
  },
);

export const MutationOutcome = enumOf<Outcome['outcome']>('MutationOutcome', 'What became of a mutation.', {
  APPLIED: 'Done and durable; `events` says what happened.',
  UNCHANGED: 'It was so already; nothing was written.',
  REJECTED: 'Refused; `userErrors` says why. Nothing was written.',
  WOULD_APPLY: 'Answer to a dry run: `events` is what would be written.',
});

export const UserErrorCode = enumOf<RejectionCode>(
  'UserErrorCode',
  'Why a mutation was refused. The code is the contract; the message is for people.',
  {
    NOT_FOUND: 'Unknown, or not visible to the caller: the two are answered alike.',
    PERMISSION_DENIED: 'The caller lacks `permission` in this account.',
    OPERATION_NOT_OFFERED:
      "The account's policy does not offer this; `useInstead` names what it offers (D3-36).",
    SELF_REMOVAL_FORBIDDEN: 'Nobody ends his own membership here, leaving included (SW-7, SW-20).',
    TARGET_OUTRANKS_ACTOR:
      'The person ranks higher than the caller, or as high where that is not enough (D3-12).',
    ROLE_NOT_GRANTABLE: 'The caller may not give or take this role.',
    PERMISSION_NOT_GRANTABLE: 'The caller may not give or take this permission.',
    LAST_OWNER: 'The account would lose its last active owner (D3-15).',
    ALREADY_MEMBER: 'The person is in the account already (SW-16).',
    NOT_A_MEMBER: 'The person is not in the account.',
    MEMBERSHIP_ENDED: 'The membership has ended; add the person again.',
    MEMBERSHIP_NOT_ACTIVE: 'The membership must be active for this.',
    MEMBERSHIP_FROZEN: 'The membership is frozen: unfreezeUser gives the access back.',
    MANAGED_EXTERNALLY: 'A directory owns this member’s state; change it there (PP-15).',
    SEAT_LIMIT_EXCEEDED: 'No seat is free; `remedies` says what would help (D3-25).',
    ALREADY_INVITED: 'The person has an open invitation: resend or revoke it.',
    INVITATION_PENDING: 'The person has only been invited.',
    INVITATION_EXPIRED: 'The invitation has expired; resendInvitation gives a new link (SW-15).',
    INVITATION_SUPERSEDED: 'A newer link was sent, or the link was cut; only the newest counts.',
    INVITATION_ENDED: 'The invitation was used, declined, revoked or ended by a removal (SW-8).',
    INVITATION_FOR_ANOTHER_ADDRESS:
      'The invitation is not for the caller; the verified address of the token must be the one invited.',
    TOO_SOON:
      'Mail to this person has just been asked for: invitations go out a minute apart, messages at most 20 a day; `availableAt` says when the next can.',
    NOTHING_TO_REINSTATE: 'The person was never removed from here: use addUser.',
    ALREADY_SCHEDULED: 'An end of this membership is scheduled already.',
    NOT_SCHEDULED: 'No end of this membership is scheduled.',
    BULK_LIMIT_EXCEEDED: 'More items than the account takes at once (PP-13).',
    BULK_MIXED_SELECTION: 'Some of the selected cannot be acted on in the state they are in (D3-18).',
    UNDO_IMPOSSIBLE: 'There is nothing, or nothing any more, that could be taken back.',
    ALREADY_DONE:
      'It is so already; only among the reasons of availableActions, never a refusal of a mutation.',
    DELETE_REQUIRES_INACTIVE: 'Deactivate first (PP-6).',
    CONFIRMATION_REQUIRED: 'Send what `confirmation` names (SO-8).',
    STALE_PREVIEW: 'What the preview showed has changed; look again.',
    REASSIGNMENT_REQUIRED: 'The duties listed need successors first (SO-9).',
    INVALID_SUCCESSOR: 'A successor is an active member of the account, and not the leaver (SO-17, SO-18).',
    RESPONSIBILITY_NOT_HELD: 'Nobody, or not this person, holds the duty.',
    CONTACT_REQUIRED: 'The duty must have a holder.',
    CONTACT_ALREADY_ASSIGNED: 'The duty has a holder: reassign it.',
    CONTACT_WOULD_BE_VACANT: 'The duties listed would be left without a holder.',
    GROUP_REQUIRED: 'At least one group must be given here (SW-16).',
    GROUP_NAME_TAKEN: 'Another group of the account has this name.',
    GROUP_HAS_CHILDREN: 'Groups are nested in it: move or delete them first.',
    GROUP_CYCLE: 'A group cannot be nested in itself.',
    GROUP_TOO_DEEP: 'The groups would be nested too deep.',
    APPLICATION_NAME_TAKEN: 'Another application of the account has this name.',
    WEBHOOK_LIMIT_EXCEEDED: 'The account has as many webhooks as it may.',
    OPERATOR_LINK_INVALID: 'That account cannot operate this one.',
    STALE_VALUE: 'The value expected is not the present one.',
    IDEMPOTENCY_KEY_REUSED: 'The key was used for another input.',
    OCCURRED_OUT_OF_ORDER: 'It is said to have happened before something already recorded.',
    CORRECTION_OUT_OF_BOUNDS: 'A status change can be moved only between its neighbours.',
    IMPORT_OUT_OF_SEQUENCE: 'Imports only.',
    LEGAL_HOLD: 'A legal hold forbids to erase the person; `holdIds` names them.',
    STILL_A_MEMBER: 'The person is in an account still; `accountIds` names those the caller may see.',
    PERSON_ERASED: 'The person is being erased or has been: nothing is written about them any more.',
    INVALID_INPUT: 'A value cannot be used; `field` names it.',
  },
);

export const MembershipStatus = enumOf<MembershipStatusName>(
  'MembershipStatus',
  'Where a membership stands.',
  {
    INVITED: 'Asked in, no access yet; the newest link can be accepted (SW-14).',
    INVITATION_EXPIRED: 'Asked in, and nobody answered in time (SW-15).',
    ACTIVE: 'Access is on.',
    FROZEN: 'Access is off for the time being; seat, groups and contact duties stay (SW-14: blocked).',
    INACTIVE: 'Deactivated: access is off, the membership stays and can be reactivated (D3-1, PP-4).',
    REMOVED: 'Ended by removal or leaving; the person can be added again (SO-3, SW-5).',
    DELETED: 'Ended for good (D3-6).',
  },
);

export const MembershipEnd = enumOf<'REMOVED' | 'LEFT' | 'DELETED' | 'DECLINED' | 'REVOKED'>(
  'MembershipEnd',
  'How a membership ended.',
  {
    REMOVED: 'By removeUser, also of somebody only invited (SW-19).',
    LEFT: 'By leaveAccount.',
    DELETED: 'By deleteUser; there is no way back.',
    DECLINED: 'By declineInvitation, before it began.',
    REVOKED: 'By revokeInvitation, before it began.',
  },
);
