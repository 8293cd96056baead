/**
 * The stored contract of a `webhook-<id>` stream, for ever: how far the delivery to one webhook has come. Every event
 * holds the whole of its progress, so that the last one is enough to go on from. Events are named by their ids: where
 * they stand in the log is another place in every store that the log is carried to.
 */
export type WebhookDeliveryEvent =
  | WebhookDeliveryClaimed
  | WebhookDelivered
  | WebhookAttemptFailed
  | WebhookEventGivenUp
  | WebhookSentOnRequest
  | WebhookDeliveryEnded;

export interface DeliveryProgress {
  /** Id of an event: those of the account up to it were taken, given up, or not asked for. Null = since the registration. */
  readonly lastSettled: string | null;
  /** Failed attempts at the next event so far. */
  readonly failures: number;
  /** When it is tried again, ISO 8601; null = at once. */
  readonly nextAttemptAt: string | null;
  /** The first failure since something was taken, ISO 8601; null = none. */
  readonly failingSince: string | null;
  /** An event was given up, and nothing has been taken since: perhaps it is not the event. */
  readonly isGivingUp: boolean;
  /** Revision of the account's stream at which the webhook was last registered or changed, when this was written. */
  readonly configuredAt: number;
  /** Where several nodes share a log: who delivers, until when (ISO 8601). */
  readonly claim: { readonly holder: string; readonly until: string } | null;
}

export interface DeliveryData {
  readonly webhookId: string;
  readonly accountId: string;
  readonly progress: DeliveryProgress;
}

interface OfEvent extends DeliveryData {
  /** The event that was to be delivered; its id is the webhook-id of the request. */
  readonly eventId: string;
  readonly eventType: string;
}

export type WebhookDeliveryClaimed = {
  readonly type: 'WebhookDeliveryClaimed';
  readonly data: DeliveryData;
};
/** At least once: a crash before this was written posts them again under the same ids. */
export type WebhookDelivered = {
  readonly type: 'WebhookDelivered';
  readonly data: DeliveryData & { readonly count: number };
};
export type WebhookAttemptFailed = {
  readonly type: 'WebhookAttemptFailed';
  readonly data: OfEvent & {
    /** `HTTP_<status>` or the kind of network fault; no text of the receiver. */
    readonly code: string;
  };
};
/** A dead letter: the next event has its turn. */
export type WebhookEventGivenUp = {
  readonly type: 'WebhookEventGivenUp';
  readonly data: OfEvent & { readonly code: string; readonly attempts: number };
};
/** A dead letter posted again, or a ping; tried once. */
export type WebhookSentOnRequest = {
  readonly type: 'WebhookSentOnRequest';
  readonly data: OfEvent & {
    /** Null: taken. */
    readonly code: string | null;
  };
};
/** The webhook was removed, and its keys are destroyed. */
export type WebhookDeliveryEnded = { readonly type: 'WebhookDeliveryEnded'; readonly data: DeliveryData };

export const webhookStream = (webhookId: string): string => `webhook-${webhookId}`;
