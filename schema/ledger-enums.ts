import type { DifferenceKind as DifferenceKindName } from '../projections/queries/difference-sources.js';
import type { MailStatus as MailStatusName } from '../projections/queries/mails.js';
import type { Authority } from '../src/domain/account/authority.js';
import type { SessionEndCause as SessionEndCauseName } from '../src/domain/account/events.js';
import type { ChangedThing as ChangedThingName } from '../src/domain/account/state-changes.js';
import type { AuditReadKind as AuditReadKindName } from '../src/domain/audit/events.js';
import type { EventActor } from '../src/domain/event.js';
import type {
  MailKind as MailKindName,
  SuppressionReason as SuppressionReasonName,
} from '../src/domain/mail/events.js';
import { enumOf } from './enums.js';

export const SeatHold = enumOf<'IN_USE' | 'RESERVED'>('SeatHold', 'How a seat is taken.', {
  IN_USE: 'By a member with access, frozen ones too.',
  RESERVED: 'For an open invitation, where the policy reserves seats for them.',
});

export const MailKind = enumOf<MailKindName>('MailKind', 'What a mail is about.', {
  REMOVAL: 'Tells a person of the removal (SW-11).',
  INVITATION: 'Brings the link.',
  NOTIFICATION: 'What a portal asked for (PP-3).',
});

export const MailStatus = enumOf<MailStatusName>('MailStatus', 'What became of a mail.', {
  DUE: 'An event asks for it; it has not been taken up yet.',
  REQUESTED: 'Being sent; with `nextAttemptAt`, to be tried again then.',
  SENT: 'Taken by the receiving server.',
  SUPPRESSED: 'Not sent, for `reason`; never sent later (PP-17).',
  FAILED: 'Given up; `code` says why.',
});

export const SuppressionReason = enumOf<SuppressionReasonName>(
  'SuppressionReason',
  'Why a mail was not sent.',
  {
    NOT_ENTITLED: 'The person is inactive, frozen or out of the account (PP-3).',
    SUPERSEDED: 'A newer link was sent, or the invitation is over.',
    EXPIRED: 'It would have come too late.',
    NO_ADDRESS: 'No address is known, or it was erased.',
  },
);

export const ErasureStatus = enumOf<'REQUESTED' | 'ERASED'>('ErasureStatus', 'How far an erasure is.', {
  REQUESTED: 'Decided; what is to be destroyed is being destroyed.',
  ERASED: 'Everything is destroyed; there is a receipt.',
});

export const SessionEndCause = enumOf<SessionEndCauseName>(
  'SessionEndCause',
  'Why access that had outlasted a deactivation ended.',
  {
    SIGNALLED: 'An identity provider said that the session is over.',
    TERMINATED: 'Somebody ended it.',
    MAXIMUM_REACHED: 'Its time was up.',
  },
);

export const AuditReadKind = enumOf<AuditReadKindName>('AuditReadKind', 'How the audit log was read.', {
  QUERY: 'By the query auditLog.',
  EXPORT: 'By an export.',
  REPLAY: 'By the query replay.',
});

export const ChangedThing = enumOf<ChangedThingName>('ChangedThing', 'What of an account an event changed.', {
  ACCOUNT: 'The account itself: its policy, seats, operators and counts.',
  MEMBERSHIP: 'A membership.',
  GROUP: 'A group.',
  GROUP_MEMBER: 'A place in a group.',
  APPLICATION: 'An application.',
  CONTACT: 'A contact duty.',
  IMPORT: 'How far a history has been imported.',
  WEBHOOK: 'A webhook; its address is sealed.',
});

export const ActorKind = enumOf<EventActor['kind']>('ActorKind', 'What kind of actor did something.', {
  USER: 'A person.',
  SERVICE: 'A machine with a token of its own.',
  SCHEDULER: 'Muster, when a time had come.',
  IMPORT: 'An import of an existing history.',
  SYSTEM: 'Muster itself.',
});

export const EntryAuthorityVia = enumOf<'OWN' | 'OPERATOR'>(
  'EntryAuthorityVia',
  'In what capacity somebody acted on an account.',
  {
    OWN: 'By a right in the account itself: a membership, or an invitation to it.',
    OPERATOR: 'As a member of an account that operates this one, or that may open accounts (PP-12).',
  },
);

export const AuthorityVia = enumOf<Authority['via']>('AuthorityVia', 'Where a right comes from.', {
  MEMBERSHIP: 'The actor’s own membership of the account.',
  OPERATOR: 'A membership of an account that operates this one (PP-12).',
  SYSTEM: 'Muster itself, or an import.',
  INVITATION: 'The link of an invitation.',
  SCHEDULE: 'The right of whoever had ordered it.',
});

export const DifferenceKind = enumOf<DifferenceKindName>(
  'DifferenceKind',
  'What is not the same, and the shape of its `before` and `after`.',
  {
    POLICY: 'The rules: `{preset, policyVersion, policy}`.',
    SEATS: 'The seats: `{limit, planSeats, addOnSeats, inUse, reserved}`; no limit is null (D3-25).',
    OPERATOR: 'An account that operates this one: `{operates}` (PP-12).',
    PERSON:
      'A membership: `{status, endedBy, kind, role, permissions, directory, untilSessionEnd}`; the last is true where access outlasted a deactivation (D3-23).',
    GROUP: 'A group: `{name, parentId}`.',
    GROUP_MEMBER: 'Somebody’s place in a group: `{role}`.',
    RESPONSIBILITY: 'A contact duty: `{userId}`; null = vacant (SO-20).',
    APPLICATION: 'An application in use: `{name}`.',
    INVITATION: 'An invitation: `{status, role, generation, expiresAt}` (SW-15).',
    SCHEDULED_END: 'An order to end a membership: `{operation, at, status, code}`.',
  },
);
