import type { AccountView } from '../../application/account-writer.js';
import type { Accounts } from '../../application/accounts.js';
import type { Environment } from '../../application/environment.js';
import { type InvitationTokens, invitationLink } from '../../application/invitation-tokens.js';
import {
  invitationText,
  type MailText,
  notificationText,
  removalText,
} from '../../application/mail/mail-texts.js';
import type { Mail } from '../../application/mail/mailer.js';
import type { People } from '../../application/people.js';
import type { PersonalDataPort } from '../../application/personal-data-port.js';
import type { AccountEventOf } from '../../domain/account/events.js';
import { ACCOUNT } from '../../domain/account/state.js';
import type { SuppressionReason } from '../../domain/mail/events.js';
import type { Profile } from '../../domain/user/events.js';
import type { MailCause } from './mail-cause.js';
import { suppressionOf } from './mail-entitlement.js';

export interface MailCompositionParts {
  readonly accounts: Accounts;
  readonly people: People;
  readonly personalData: PersonalDataPort;
  readonly invitationTokens: InvitationTokens;
  readonly invitationUrl: () => string;
  readonly environment: Environment;
}

export type Composed =
  | { readonly suppressed: null; readonly mail: Omit<Mail, 'messageId'> }
  | { readonly suppressed: SuppressionReason };

/**
 * The mail as it is right now, or why there must be none. Account and person are read at the heads of their streams; what
 * changes between this look and the moment the server takes the mail, seconds at most, comes too late for it.
 */
export class MailComposition {
  constructor(private readonly parts: MailCompositionParts) {}

  async compose(cause: MailCause): Promise<Composed> {
    const { accounts, people, environment } = this.parts;
    const now = environment.now();
    const seen = await accounts.read(cause.accountId ?? '', (view) => look(view, cause, now));
    if (seen.suppressed !== null) return seen;
    const profile = await people.profileOf(cause.data.userId);
    const address = profile?.email ?? null;
    if (profile === null || address === null) return { suppressed: 'NO_ADDRESS' };
    const written = await this.#write(cause, seen, profile);
    if (typeof written === 'string') return { suppressed: written };
    return { suppressed: null, mail: { to: { name: profile.name, address }, ...written } };
  }

  #write(cause: MailCause, seen: Seen, profile: Profile): Promise<MailText | SuppressionReason> {
    switch (cause.type) {
      case 'UserInvited':
      case 'InvitationResent':
        return this.#writeInvitation(cause, seen);
      case 'UserRemoved':
        return Promise.resolve(removalText({ ...seen, personName: profile.name }));
      case 'UserNotified':
        return this.#writeNotification(cause, seen);
    }
  }

  async #writeInvitation(
    cause: MailCause & AccountEventOf<'UserInvited' | 'InvitationResent'>,
    { accountName, role }: Seen,
  ): Promise<MailText | SuppressionReason> {
    const { accountId, actor, data } = cause;
    const { invitationId, generation, tokenHash, expiresAt } = data;
    const link = { accountId: accountId ?? '', invitationId, generation };
    const made = await this.parts.invitationTokens.tokenOf(link);
    // Without its key no link of the invitation is worth anything.
    if (made?.tokenHash !== tokenHash) return 'SUPERSEDED';
    const inviter = actor.kind === 'USER' ? await this.parts.people.profileOf(actor.id) : null;
    return invitationText({
      accountName,
      inviterName: inviter?.name ?? null,
      role,
      link: invitationLink(this.parts.invitationUrl(), made.token),
      expiresAt,
    });
  }

  async #writeNotification(
    { data }: AccountEventOf<'UserNotified'>,
    { accountName }: Seen,
  ): Promise<MailText | SuppressionReason> {
    const message = await this.parts.personalData.openMessage(data.userId, data.sealedMessage);
    return message === null ? 'NO_ADDRESS' : notificationText({ accountName, ...message });
  }
}

/** What a mail tells of the account. */
interface Seen {
  readonly suppressed: null;
  readonly accountName: string;
  readonly role: string;
  readonly groupNames: readonly string[];
  /** Deleted since. */
  readonly groupsGone: number;
}

const look = (
  { state }: AccountView,
  cause: MailCause,
  now: number,
): Seen | { readonly suppressed: SuppressionReason } => {
  const suppressed = suppressionOf(state, cause, now);
  if (suppressed !== null) return { suppressed };
  const left = groupIdsLeft(cause);
  const groupNames = left.flatMap((groupId) => state.groups.get(groupId)?.name ?? []);
  return {
    suppressed,
    accountName: state.account.get(ACCOUNT)?.name ?? '',
    role: state.memberships.get(cause.data.userId)?.role ?? '',
    groupNames,
    groupsGone: left.length - groupNames.length,
  };
};

/** Somebody who was only invited was in none yet. */
const groupIdsLeft = ({ type, data }: MailCause): readonly string[] => {
  if (type !== 'UserRemoved' || data.from === 'INVITED' || data.from === 'INVITATION_EXPIRED') return [];
  return data.snapshot.groups.map(({ groupId }) => groupId);
};
