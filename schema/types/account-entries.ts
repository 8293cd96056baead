import type {
  AccountEventOf,
  AccountEventType,
  MembershipSnapshot,
} from '../../src/domain/account/events.js';
import type { Responsibility } from '../../src/domain/account/responsibility.js';
import type { MemberKind, Role } from '../../src/domain/account/roles.js';
import type { MembershipStatus } from '../../src/domain/account/state.js';
import { AccountKind, EndingOperation, PolicyPreset } from '../enums.js';
import { SessionEndCause } from '../ledger-enums.js';
import { AttributionAfterDelete } from '../policy-enums.js';
import { WebhookDisabling } from '../webhook-enums.js';
import { AccountPolicy } from './account-policy.js';
import * as field from './audit-entry-field.js';
import { ResponsibilityName } from './responsibility-name.js';

/** What a type of entry says, and the fields it has beside those of every entry. */
export interface EntryShape<Data> {
  readonly description: string;
  readonly fields: Readonly<Record<string, field.EntryField<Data>>>;
}

interface OfMember {
  readonly membershipId: string;
}
const membership = { membershipId: field.id<OfMember>('The membership.', (data) => data.membershipId) };

const joining = {
  ...membership,
  memberKind: field.memberKind<{ kind: MemberKind }>('How the person signs in.', (data) => data.kind),
  role: field.role<{ role: Role }>('The role.', (data) => data.role),
  permissions: field.texts<{ permissions: readonly string[] }>(
    'Permissions granted singly.',
    (data) => data.permissions,
  ),
};

interface Ended extends OfMember {
  readonly snapshot: MembershipSnapshot;
  readonly from?: MembershipStatus;
}
const ending = {
  ...membership,
  snapshot: field.snapshot<Ended>('What the person had until then.', (data) => data.snapshot),
  fromStatus: field.statusOrNull<Ended>(
    'What the membership was before; null in events of early versions.',
    (data) => data.from ?? null,
  ),
};

interface Returned {
  readonly notRestored: {
    readonly responsibilities: readonly Responsibility[];
    readonly groupIds: readonly string[];
  };
}
const notRestored = {
  dutiesNotRestored: field.one<readonly Responsibility[]>(() => [ResponsibilityName])<Returned>(
    'Contact duties held before that have moved on.',
    (data) => data.notRestored.responsibilities,
  ),
  groupsNotRestored: field.groups<Returned>(
    'Groups held before that were deleted.',
    (data) => data.notRestored.groupIds,
  ),
};

const invitation = {
  ...membership,
  invitationId: field.id<{ invitationId: string }>('The invitation.', (data) => data.invitationId),
};
const link = {
  generation: field.int<{ generation: number }>(
    'Which link, from 1; every resend makes the next.',
    (data) => data.generation,
  ),
  expiresAt: field.time<{ expiresAt: string }>(
    'From this moment on it cannot be accepted.',
    (data) => data.expiresAt,
  ),
};
const scheduleId = { scheduleId: field.id<{ scheduleId: string }>('The order.', (data) => data.scheduleId) };
const operation = field.one<keyof typeof EndingOperation>(() => EndingOperation);
const permissions = field.texts<{ permissions: readonly string[] }>(
  'The permissions.',
  (data) => data.permissions,
);
const directory = field.text<{ directory: string }>('Its name, like `entra`.', (data) => data.directory);
const duty = field.duty<{ responsibility: Responsibility }>('The duty.', (data) => data.responsibility);
const inGroup = {
  group: field.group<{ groupId: string }>('The group.', (data) => data.groupId),
};
const webhookId = { webhookId: field.id<{ webhookId: string }>('The webhook.', (data) => data.webhookId) };
const webhook = {
  ...webhookId,
  host: field.text<{ host: string }>('Host and port of its address.', (data) => data.host),
};
const postedTypes = field.texts<{ types: readonly string[] }>(
  'Event types that are posted; empty = all.',
  (data) => data.types,
);
const rules = {
  preset: field.one<keyof typeof PolicyPreset>(() => PolicyPreset)<{ preset: keyof typeof PolicyPreset }>(
    'The preset started from.',
    (data) => data.preset,
  ),
  policy: field.one<AccountPolicy>(() => AccountPolicy)<
    AccountEventOf<'PolicyChanged' | 'AccountOpened'>['data']
  >('The rules from then on.', (data) => new AccountPolicy(data.policy)),
};

type Data<T extends AccountEventType> = AccountEventOf<T>['data'];

/** One type of entry for each type of event of an account's stream; the compiler names one that is missing. */
export const accountEntries: { readonly [T in AccountEventType]: EntryShape<Data<T>> } = {
  AccountOpened: {
    description: 'The account was opened.',
    fields: {
      name: field.text('Its name then.', (data) => data.name),
      accountKind: field.one<keyof typeof AccountKind>(() => AccountKind)(
        'What it is for.',
        (data) => data.kind,
      ),
      operatorAccountIds: field.texts('Accounts whose members may act on it.', (data) => data.operators),
      ...rules,
    },
  },
  OperatorLinked: {
    description: "Another account's members may act on this one.",
    fields: { operatorAccountId: field.id('That account.', (data) => data.operatorAccountId) },
  },
  OperatorUnlinked: {
    description: "Another account's members may no longer act on this one.",
    fields: { operatorAccountId: field.id('That account.', (data) => data.operatorAccountId) },
  },
  PolicyChanged: { description: 'The rules of the account were changed.', fields: rules },
  UserAdded: { description: 'A first membership, or a new one after a delete.', fields: joining },
  UserRejoined: { description: 'The same membership again after it had ended (SW-5).', fields: joining },
  UserRemoved: {
    description: 'The membership ended; the person can come back.',
    fields: {
      ...ending,
      notify: field.flag('The person was to be told by mail (SW-11).', (data) => data.notify ?? false),
    },
  },
  UserLeft: { description: 'The person ended the membership.', fields: ending },
  UserDeactivated: {
    description: 'Access was switched off; the membership stays.',
    fields: {
      ...ending,
      untilSessionEnd: field.flag(
        'Access was to last until the session ends (D3-23).',
        (data) => data.untilSessionEnd != null,
      ),
      sessionEndsBefore: field.timeOrNull(
        'The latest end of that access; null for no maximum, or where access ended at once.',
        (data) => data.untilSessionEnd?.latest ?? null,
      ),
    },
  },
  UserReactivated: {
    description: 'Access was switched on again.',
    fields: { ...membership, ...notRestored },
  },
  UserDeleted: {
    description: 'The membership ended for good.',
    fields: {
      ...ending,
      attribution: field.one<keyof typeof AttributionAfterDelete>(() => AttributionAfterDelete)(
        'How the person’s content is labelled since (D3-10).',
        (data) => data.attribution ?? 'PSEUDONYM',
      ),
    },
  },
  UserInvited: {
    description: 'Somebody was asked in.',
    fields: {
      ...joining,
      ...invitation,
      ...link,
      groups: field.groups('Promised groups.', (data) => data.groupIds),
    },
  },
  InvitationResent: {
    description: 'A new link was sent; the old ones died.',
    fields: { ...invitation, ...link },
  },
  InvitationLinkCopied: {
    description: 'Somebody was shown the link, which is worth as much as the mail.',
    fields: { ...invitation, generation: link.generation },
  },
  InvitationAccepted: {
    description: 'Who was asked in came in.',
    fields: {
      ...joining,
      ...invitation,
      groupsGone: field.groups('Promised in the invitation and deleted since.', (data) => data.groupIdsGone),
    },
  },
  InvitationDeclined: { description: 'Who was asked in said no.', fields: invitation },
  InvitationRevoked: { description: 'The invitation was taken back.', fields: invitation },
  InvitationExpired: { description: 'The invitation ran out.', fields: invitation },
  UserFrozen: { description: 'Access off at once; seat and duties kept.', fields: membership },
  UserUnfrozen: { description: 'Access on again.', fields: membership },
  SessionAccessEnded: {
    description: 'Access that had outlasted a deactivation is over (D3-23).',
    fields: {
      ...membership,
      cause: field.one<keyof typeof SessionEndCause>(() => SessionEndCause)('Why.', (data) => data.cause),
    },
  },
  UserReinstated: {
    description: 'The same membership again, with chosen parts of what it held.',
    fields: { ...joining, ...notRestored },
  },
  EndScheduled: {
    description: 'An end was ordered for later.',
    fields: {
      ...membership,
      ...scheduleId,
      operation: operation('What is to be done.', (data) => data.operation),
      at: field.time('When.', (data) => data.at),
      successor: field.personOrNull(
        'Who takes the duties over; null = nobody named.',
        (data) => data.successorId,
      ),
      orderedAs: field.role('The role it was ordered with.', (data) => data.orderedAs),
    },
  },
  EndRescheduled: {
    description: 'An ordered end was moved.',
    fields: {
      ...membership,
      ...scheduleId,
      fromTime: field.time('When it would have been.', (data) => data.from),
      toTime: field.time('When it is to be.', (data) => data.to),
    },
  },
  ScheduledEndCancelled: {
    description: 'An ordered end was called off.',
    fields: { ...membership, ...scheduleId },
  },
  ScheduledEndRun: {
    description: 'The time of an ordered end came.',
    fields: {
      ...membership,
      ...scheduleId,
      operation: operation('What was to be done.', (data) => data.operation),
      runOutcome: field.text('APPLIED, UNCHANGED or REFUSED.', (data) => data.outcome),
      refusalCode: field.textOrNull('Why, when REFUSED.', (data) => data.code),
    },
  },
  DirectoryManagementStarted: {
    description: 'A directory owns the member’s state from then on (PP-15).',
    fields: { ...membership, directory },
  },
  DirectoryManagementEnded: {
    description: 'The directory let go of the member.',
    fields: { ...membership, directory },
  },
  UserNotified: { description: 'A portal asked for a mail to the member (PP-3).', fields: membership },
  SeatPlanChanged: {
    description: 'The seats of the account were changed.',
    fields: {
      planSeats: field.intOrNull('Of the plan; null = no limit.', (data) => data.planSeats),
      addOnSeats: field.int('Beside the plan.', (data) => data.addOnSeats),
    },
  },
  RoleChanged: {
    description: 'The role was changed.',
    fields: {
      ...membership,
      fromRole: field.role('Before.', (data) => data.from),
      toRole: field.role('After.', (data) => data.to),
    },
  },
  PermissionsGranted: {
    description: 'Permissions were granted singly.',
    fields: { ...membership, permissions },
  },
  PermissionsRevoked: { description: 'Permissions were taken back.', fields: { ...membership, permissions } },
  GroupCreated: {
    description: 'A group was made.',
    fields: {
      ...inGroup,
      name: field.text('Its name then.', (data) => data.name),
      parent: field.groupOrNull('Nested in; null at the top level.', (data) => data.parentId),
    },
  },
  GroupRenamed: {
    description: 'A group was renamed.',
    fields: {
      ...inGroup,
      fromName: field.text('Before.', (data) => data.from),
      toName: field.text('After.', (data) => data.to),
    },
  },
  GroupMoved: {
    description: 'A group was nested elsewhere.',
    fields: {
      ...inGroup,
      fromParent: field.groupOrNull('Before; null at the top level.', (data) => data.from),
      toParent: field.groupOrNull('After; null at the top level.', (data) => data.to),
    },
  },
  GroupDeleted: {
    description: 'A group was deleted; everyone still in it was out with it.',
    fields: { ...inGroup, name: field.text('Its name until then.', (data) => data.name) },
  },
  GroupMemberAdded: {
    description: 'The subject came into a group.',
    fields: { ...inGroup, groupRole: field.groupRole('As what.', (data) => data.role) },
  },
  GroupRoleChanged: {
    description: 'The subject became something else in a group.',
    fields: {
      ...inGroup,
      fromGroupRole: field.groupRole('Before.', (data) => data.from),
      toGroupRole: field.groupRole('After.', (data) => data.to),
    },
  },
  GroupMemberRemoved: {
    description: 'The subject is out of a group.',
    fields: { ...inGroup, groupRole: field.groupRole('As what until then.', (data) => data.role) },
  },
  ApplicationRegistered: {
    description: 'An application was registered.',
    fields: {
      applicationId: field.id('The application.', (data) => data.applicationId),
      name: field.text('Its name.', (data) => data.name),
    },
  },
  ApplicationRetired: {
    description: 'An application ended, and its technical contact duty with it.',
    fields: {
      applicationId: field.id('The application.', (data) => data.applicationId),
      name: field.text('Its name.', (data) => data.name),
      technicalContact: field.personOrNull(
        'Who held the duty; null = nobody.',
        (data) => data.technicalContactUserId,
      ),
    },
  },
  ContactAssigned: {
    description: 'A vacant contact duty was given to somebody.',
    fields: { duty, holder: field.person('Who holds it.', (data) => data.userId) },
  },
  ContactReassigned: {
    description: 'A contact duty was handed over.',
    fields: {
      duty,
      fromUser: field.person('Who held it.', (data) => data.fromUserId),
      toUser: field.person('Who holds it.', (data) => data.toUserId),
    },
  },
  ContactVacated: {
    description: 'Nobody holds the contact duty any more.',
    fields: { duty, fromUser: field.person('Who held it.', (data) => data.fromUserId) },
  },
  MembershipPeriodCorrected: {
    description: 'A change of status took effect at another time than recorded; the record stays.',
    fields: {
      ...membership,
      correctedRevision: field.int(
        "The event that changed the status, by its number in the account's stream.",
        (data) => data.correctedRevision,
      ),
      fromTime: field.time('When it was held to have taken effect.', (data) => data.from),
      toTime: field.time('When it did.', (data) => data.to),
    },
  },
  WebhookRegistered: {
    description: "The account's events are posted there from then on.",
    fields: { ...webhook, postedTypes },
  },
  WebhookChanged: {
    description: 'Address or types of a webhook were changed, or it was disabled or enabled.',
    fields: {
      ...webhook,
      postedTypes,
      enabled: field.flag('It is posted to from then on.', (data) => data.isEnabled),
    },
  },
  WebhookSecretRotated: {
    description: 'A webhook was given a new secret.',
    fields: {
      ...webhookId,
      secretGeneration: field.int('Which secret it is, from 1.', (data) => data.generation),
    },
  },
  WebhookPinged: { description: 'Somebody tried a webhook out.', fields: webhookId },
  WebhookRedeliveryRequested: {
    description: 'Dead letters of a webhook were to be posted again.',
    fields: { ...webhookId, eventIds: field.texts('Of which events.', (data) => data.eventIds) },
  },
  WebhookDisabled: {
    description: 'Muster posts nothing there any more, until somebody enables it.',
    fields: {
      ...webhookId,
      disabledBecause: field.one<keyof typeof WebhookDisabling>(() => WebhookDisabling)(
        'Why.',
        (data) => data.cause,
      ),
    },
  },
  WebhookRemoved: { description: 'Nothing is posted there any more.', fields: webhook },
  ChangeSetImported: {
    description: 'A change set of an imported history, or a part of it, is in.',
    fields: {
      source: field.text('Name of the history.', (data) => data.source),
      sequence: field.int("Number within this account's history, from 1.", (data) => data.sequence),
      part: field.int('From 1.', (data) => data.part),
      complete: field.flag('No part is to come.', (data) => data.complete),
      operationsApplied: field.int(
        'Operations applied so far, in all parts.',
        (data) => data.operationsApplied,
      ),
      operationsSkipped: field.int('Operations passed over so far.', (data) => data.operationsSkipped),
    },
  },
};
