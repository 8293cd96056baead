import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type {
  InvitationLink,
  InvitationToken,
  InvitationTokens,
  VerifiedInvitationToken,
} from './application/invitation-tokens.js';
import type { KeyVault } from './key-vault/key-vault.js';

/**
 * Account, invitation, generation and MAC. The last character is a letter or a digit (32 bytes leave four bits to it),
 * so that no mail program takes it for the end of the sentence.
 */
const TOKEN = /^([A-Za-z0-9-]{1,64})\.([A-Za-z0-9-]{1,64})\.([1-9][0-9]{0,8})\.[A-Za-z0-9_-]{43}$/;

/** Links of invitations, on the vault: destroying an invitation's key kills every link of it. */
export const invitationTokens = (vault: KeyVault): InvitationTokens => {
  const tokenOf = async (link: InvitationLink): Promise<InvitationToken | null> => {
    const key = await vault.key(invitationKey(link.invitationId));
    if (key === null) return null;
    const { accountId, invitationId, generation } = link;
    // The account is bound too: a genuine token cannot be carried to another one.
    const mac = createHmac('sha256', key).update(JSON.stringify([accountId, invitationId, generation]));
    const token = [accountId, invitationId, generation, mac.digest('base64url')].join('.');
    return { token, tokenHash: sha256(token).toString('hex') };
  };
  const verify = async (token: string): Promise<VerifiedInvitationToken | null> => {
    const [, accountId = '', invitationId = '', generation = ''] = TOKEN.exec(token) ?? [];
    if (accountId === '') return null;
    const link = { accountId, invitationId, generation: Number(generation) };
    const genuine = await tokenOf(link);
    // Hashes are equally long and say nothing of where the texts differ.
    if (genuine === null || !timingSafeEqual(sha256(genuine.token), sha256(token))) return null;
    return { ...link, tokenHash: genuine.tokenHash };
  };
  return { ensureKey: (invitationId) => vault.ensureKeys([invitationKey(invitationId)]), tokenOf, verify };
};

const invitationKey = (invitationId: string): string => `invitation-${invitationId}`;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
