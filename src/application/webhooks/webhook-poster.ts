/** The port to the receivers. */
export interface WebhookPoster {
  /** Posts once, signed. @throws PostingClosed nothing is known of its outcome */
  post(post: WebhookPost): Promise<WebhookAnswer>;
  /** False when it is plain that nothing may go there: a private address, or http, that is not configured. */
  mayPostTo(url: string): boolean;
  /** Cuts off what is under way, and posts nothing more. */
  close(): void;
}

export interface WebhookPost {
  readonly url: string;
  /** The webhook-id: the same whenever the same event is posted. */
  readonly id: string;
  /** Of this attempt, ms. */
  readonly at: number;
  readonly body: string;
  /** Secrets to sign with, each 32 bytes. */
  readonly keys: readonly Uint8Array[];
}

export type WebhookAnswer =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false;
      /** `HTTP_<status>` or the kind of network fault; no text of the receiver. */
      readonly code: string;
      /** The receiver asks not to be tried sooner. */
      readonly retryAfterMs: number | null;
    };

/** The receiver wants no more, ever. */
export const GONE = 'HTTP_410';

/** Muster is going; the post was cut off or never begun, and is made again. */
export class PostingClosed extends Error {
  override readonly name = 'PostingClosed';
}
