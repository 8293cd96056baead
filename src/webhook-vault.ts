import type { SecretOf, WebhookVault } from './application/webhooks/webhook-vault.js';
import type { KeyVault } from './key-vault/key-vault.js';
import type { PersonalData } from './key-vault/personal-data.js';
import { secretText } from './webhooks/signature.js';

const ADDRESS = 'webhook-address';

const addressKey = (webhookId: string): string => `webhook-${webhookId}`;
const secretKey = ({ webhookId, generation }: SecretOf): string =>
  `webhook-secret-${webhookId}-${generation}`;

/** Addresses sealed under a key of each webhook's own; a secret is itself a key of the vault. */
export const webhookVault = (personalData: PersonalData, vault: KeyVault): WebhookVault => ({
  sealUrl: (webhookId, url) => personalData.seal(addressKey(webhookId), { url }, ADDRESS),
  async openUrl(webhookId, sealed) {
    const opened = (await personalData.open(addressKey(webhookId), sealed, ADDRESS)) as Sealed | null;
    return opened?.url ?? null;
  },
  urlIndex: (within, url) => personalData.blindIndex(ADDRESS, JSON.stringify([within, url])),
  ensureSecret: (of) => vault.ensureKeys([secretKey(of)]),
  secret: (of) => vault.key(secretKey(of)),
  async secretText(of) {
    const key = await vault.key(secretKey(of));
    return key === null ? null : secretText(key);
  },
  async destroyKeys({ webhookId, generation: last }) {
    await vault.destroyKey(addressKey(webhookId));
    for (let generation = 1; generation <= last; generation += 1)
      await vault.destroyKey(secretKey({ webhookId, generation }));
  },
});

interface Sealed {
  readonly url: string;
}
