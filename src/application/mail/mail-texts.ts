import { oneLine } from './one-line.js';

/** Subject and text of a mail, plain text in English. Pure: the same input gives the same mail. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
}

export interface Removal {
  readonly accountName: string;
  /** Of the groups of the account that the person was in, as far as they are still there. */
  readonly groupNames: readonly string[];
  /** How many of them have been deleted since. */
  readonly groupsGone: number;
  /** Null when it is not known. */
  readonly personName: string | null;
}

/** Tells somebody that they were removed from an account and all its groups (SW-11), and from nothing else (SW-4, SW-6). */
export function removalText({ accountName, groupNames, groupsGone, personName }: Removal): MailText {
  const account = shown(accountName);
  return {
    subject: `You have been removed from ${account}`,
    text: letter(personName, [
      `You have been removed from the account “${account}”.`,
      groupNames.length + groupsGone === 0
        ? 'You were in none of its groups.'
        : `You have also been removed from all its groups that you were in:\n${listed(groupNames, groupsGone)}`,
      'What this means: you can no longer use this account, and an invitation to it that you have not accepted yet ' +
        'no longer works. Your sign-in and your other accounts stay as they are.',
      'What you can do: if you think this is a mistake, ask an owner or an administrator of the account. They can ' +
        'add you again at any time.',
    ]),
  };
}

export interface Invitation {
  readonly accountName: string;
  /** Null when nobody is to be named. */
  readonly inviterName: string | null;
  /** As the account calls it: `ADMIN`. */
  readonly role: string;
  /** Whole address of the page that takes the invitation, token included. */
  readonly link: string;
  /** ISO 8601; from this moment on the link cannot be used. */
  readonly expiresAt: string;
}

/** Asks somebody into an account (SW-15). The link is as good as a key: this mail goes to the invited address alone. */
export function invitationText(invitation: Invitation): MailText {
  const account = shown(invitation.accountName);
  const inviter = nameOrNull(invitation.inviterName);
  return {
    subject: inviter === null ? `Invitation to ${account}` : `${inviter} invites you to ${account}`,
    text: letter(null, [
      `${inviter ?? 'An administrator'} invites you to the account “${account}”, with the role ${roleInWords(invitation.role)}.`,
      `To accept or to decline, open this link:\n\n${invitation.link}`,
      `The link works until ${minuteInUtc(invitation.expiresAt)}, once, and only for you: do not pass it on. If it no ` +
        'longer works, ask for a new invitation.',
      'If you know nothing of this, you need not do anything: nothing happens without you.',
    ]),
  };
}

export interface Notification {
  readonly accountName: string;
  readonly subject: string;
  /** Written by people; may have several lines. */
  readonly text: string;
}

/** Carries what an account tells one of its people; the frame shows that it is the account that speaks, not Muster. */
export function notificationText({ accountName, subject, text }: Notification): MailText {
  const account = shown(accountName);
  return {
    subject: oneLine(`${account}: ${subject}`, MAX_SUBJECT_LENGTH),
    text: letter(null, [
      `The account “${account}” has a message for you:`,
      paragraphs(text),
      'You get this because you belong to the account. If it is not meant for you, tell an owner or an administrator ' +
        'of the account.',
    ]),
  };
}

const MAX_NAME_LENGTH = 100;
const MAX_SUBJECT_LENGTH = 200;
const MAX_TEXT_LENGTH = 10_000;
/** A mail is not a report; who has left more groups is told how many. */
const MAX_GROUPS_LISTED = 50;

function letter(personName: string | null, parts: readonly string[]): string {
  const name = nameOrNull(personName);
  const greeting = name === null ? 'Hello,' : `Hello ${name},`;
  return `${[greeting, ...parts, 'Muster sent this mail automatically.'].join('\n\n')}\n`;
}

function listed(names: readonly string[], gone: number): string {
  const lines = names.slice(0, MAX_GROUPS_LISTED).map((name) => `  - ${shown(name)}`);
  const left = names.length - lines.length;
  if (left > 0) lines.push(`  and ${left} more`);
  if (gone > 0) lines.push(`  - ${gone} deleted since`);
  return lines.join('\n');
}

const shown = (name: string): string => nameOrNull(name) ?? '(without a name)';

function nameOrNull(name: string | null): string | null {
  const line = oneLine(name ?? '', MAX_NAME_LENGTH);
  return line === '' ? null : line;
}

/** `TECHNICAL_ADMIN` → `Technical admin`. */
function roleInWords(role: string): string {
  const words = oneLine(role, MAX_NAME_LENGTH).replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `14 Mar 2026 10:00 UTC`; the second is cut off, so that the mail never promises too much. */
const minuteInUtc = (time: string): string => `${new Date(time).toUTCString().slice(5, 22)} UTC`;

function paragraphs(text: string): string {
  const lines = text.slice(0, MAX_TEXT_LENGTH).split(/\r\n|[\n\r\u2028\u2029]/);
  const body = lines
    .map((line) => oneLine(line, MAX_TEXT_LENGTH))
    .join('\n')
    .trim();
  return text.length > MAX_TEXT_LENGTH ? `${body}\n[…]` : body;
}
