import type { Profile } from '../domain/user/events.js';

/** The port to encryption under a person's key, and to blind indexes: what they are made of cannot be read back. */
export interface PersonalDataPort {
  /** Makes the keys of these people; durable when it resolves. */
  ensureKeys(userIds: readonly string[]): Promise<void>;
  hasKey(userId: string): Promise<boolean>;
  /** For good, from the disk too; durable when it resolves. Repeating it changes nothing. */
  destroyKey(userId: string): Promise<void>;
  /** What keeps the keys, and in which version; for receipts. */
  readonly keptBy: string;
  sealProfile(userId: string, profile: Profile): Promise<string>;
  /** Null once the person's key is destroyed. */
  openProfile(userId: string, sealed: string): Promise<Profile | null>;
  sealMessage(userId: string, message: Message): Promise<string>;
  /** Null once the person's key is destroyed. */
  openMessage(userId: string, sealed: string): Promise<Message | null>;
  /** HMAC under Muster's own key, hex; the same address always gives the same index. */
  emailIndex(email: string): Promise<string>;
  identityIndex(issuer: string, subject: string): Promise<string>;
  issuerIndex(issuer: string): Promise<string>;
  messageIndex(userId: string, message: Message): Promise<string>;
  pseudonymIndex(accountId: string, userId: string): Promise<string>;
}

/** What a portal tells one member by mail. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}
