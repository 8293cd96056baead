import { type Rejection, reject } from '../domain/rejection.js';
import type { Accounts } from './accounts.js';
import type { NotifyUserRequest } from './application.js';
import type { Outcome } from './outcome.js';
import type { PersonalDataPort } from './personal-data-port.js';
import { optionsOf } from './request-options.js';

export const MAX_SUBJECT_LENGTH = 200;
export const MAX_TEXT_LENGTH = 10_000;

/** Line breaks of every kind, and other control characters. */
const NOT_ONE_LINE = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Mails that portals ask for (PP-3). */
export class Notifications {
  constructor(
    private readonly accounts: Accounts,
    private readonly personalData: PersonalDataPort,
  ) {}

  /** Nothing is sealed, and no key made, before the account would take it. */
  async notify(request: NotifyUserRequest): Promise<Outcome> {
    const { accountId, userId, subject, text, dryRun = false } = request;
    const badInput = checkMessage(request);
    if (badInput !== null) return { outcome: 'REJECTED', accountId, rejection: badInput, at: 0 };
    const message = { subject: subject.trim(), text };
    const execute = async (sealedMessage: string, isDry: boolean) =>
      this.accounts.execute({
        ...optionsOf(request),
        accountId,
        dryRun: isDry,
        // Not a plain hash: what a short text said could be guessed from it.
        fingerprintOf: { userId, message: await this.personalData.messageIndex(userId, message) },
        commands: [{ type: 'notifyUser', userId, sealedMessage }],
      });
    const tried = await execute('', true);
    if (dryRun || (tried.outcome === 'REJECTED' && !(await this.accounts.remembers(request)))) return tried;
    return execute(await this.personalData.sealMessage(userId, message), false);
  }
}

const checkMessage = ({ subject, text }: NotifyUserRequest): Rejection | null => {
  const length = [...subject.trim()].length;
  if (length === 0 || length > MAX_SUBJECT_LENGTH || NOT_ONE_LINE.test(subject.trim()))
    return reject('INVALID_INPUT', `A subject is one line of 1 to ${MAX_SUBJECT_LENGTH} characters.`, {
      field: 'subject',
    });
  return text.trim() === '' || [...text].length > MAX_TEXT_LENGTH
    ? reject('INVALID_INPUT', `A text has 1 to ${MAX_TEXT_LENGTH} characters.`, { field: 'text' })
    : null;
};
