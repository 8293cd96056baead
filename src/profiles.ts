import type { Message, PersonalDataPort } from './application/personal-data-port.js';
import type { Profile } from './domain/user/events.js';
import type { KeyVault } from './key-vault/key-vault.js';
import { normaliseEmail } from './key-vault/normalise-email.js';
import type { PersonalData } from './key-vault/personal-data.js';

const PROFILE = 'profile';
const NOTIFICATION = 'notification';

/** One key per person, named after the person's stream. */
const personKey = (userId: string): string => `user-${userId}`;

/** What the application needs of encryption, on the vault. */
export const personalDataPort = (personalData: PersonalData, vault: KeyVault): PersonalDataPort => ({
  ensureKeys: (userIds) => vault.ensureKeys(userIds.map(personKey)),
  hasKey: async (userId) => (await vault.key(personKey(userId))) !== null,
  destroyKey: (userId) => vault.destroyKey(personKey(userId)),
  keptBy: vault.name,
  sealProfile: (userId, profile) => personalData.seal(personKey(userId), profile, PROFILE),
  openProfile: profileOpener(personalData),
  sealMessage: (userId, message) => personalData.seal(personKey(userId), message, NOTIFICATION),
  openMessage: async (userId, sealed) =>
    (await personalData.open(personKey(userId), sealed, NOTIFICATION)) as Message | null,
  emailIndex: (email) => personalData.blindIndex('email', normaliseEmail(email)),
  identityIndex: (issuer, subject) => personalData.blindIndex('identity', JSON.stringify([issuer, subject])),
  issuerIndex: (issuer) => personalData.blindIndex('issuer', issuer),
  messageIndex: (userId, { subject, text }) =>
    personalData.blindIndex('message', JSON.stringify([userId, subject, text])),
  pseudonymIndex: (accountId, userId) =>
    personalData.blindIndex('pseudonym', JSON.stringify([accountId, userId])),
});

/** For the projection of names: the profile, or null once the person's key is destroyed. */
export const profileOpener =
  (personalData: PersonalData) =>
  async (userId: string, sealed: string): Promise<Profile | null> =>
    (await personalData.open(personKey(userId), sealed, PROFILE)) as Profile | null;
