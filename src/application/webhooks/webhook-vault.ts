/** The port to what a webhook keeps out of the log: its address, and the secrets it signs with. */
export interface WebhookVault {
  /** Makes the webhook's key when there is none. */
  sealUrl(webhookId: string, url: string): Promise<string>;
  /** Null once the webhook is removed and its keys are destroyed. */
  openUrl(webhookId: string, sealed: string): Promise<string | null>;
  /**
   * HMAC under Muster's own key, hex. The same address gives the same within one webhook or account, and another in every
   * other, so that nobody confirms a guess with an index of their own.
   */
  urlIndex(within: string, url: string): Promise<string>;
  /** Makes the secret when there is none; durable when it resolves. */
  ensureSecret(of: SecretOf): Promise<void>;
  /** 32 bytes to sign with; null = never made, or destroyed. */
  secret(of: SecretOf): Promise<Uint8Array | null>;
  /** As a receiver is given it, `whsec_…`. */
  secretText(of: SecretOf): Promise<string | null>;
  /** All that it has, up to this generation; for good. Repeating it changes nothing. */
  destroyKeys(of: SecretOf): Promise<void>;
}

export interface SecretOf {
  readonly webhookId: string;
  /** From 1. */
  readonly generation: number;
}
