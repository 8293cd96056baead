import { decodeAccountEvent } from '../../application/decode-event.js';
import type { DueMail } from '../../application/work-lists.js';
import type { AccountEventOf } from '../../domain/account/events.js';
import type { StoredEvent } from '../../domain/event.js';
import type { EventStore } from '../../event-store/event-store.js';

/** The events that ask for a mail. */
export type MailCause = StoredEvent<
  AccountEventOf<'UserInvited' | 'InvitationResent' | 'UserRemoved' | 'UserNotified'>
>;

/** The event a listed mail was asked for by, from the log: the list only says where it stands. */
export const readCause = async (
  store: Pick<EventStore, 'readAt'>,
  { causeEventId, causePosition }: DueMail,
): Promise<MailCause> => {
  const recorded = await store.readAt(causePosition);
  const event = recorded?.id === causeEventId ? decodeAccountEvent(recorded) : null;
  switch (event?.type) {
    case 'UserInvited':
    case 'InvitationResent':
    case 'UserRemoved':
    case 'UserNotified':
      return event;
  }
  throw new Error(`event ${causeEventId} at position ${causePosition} of the log asks for no mail`);
};
