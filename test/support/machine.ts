import type { TestMember } from './account-world.js';
import { applied } from './account-world.js';
import type { TestMuster } from './start-muster.js';

/** A machine with a token of its own in the root operator account, which operates the accounts of the tests. */
export async function addMachine(
  muster: TestMuster,
  subject: string,
  permissions: readonly string[] = [],
): Promise<TestMember> {
  const input = {
    accountId: muster.rootAccountId,
    person: { identity: { issuer: muster.issuer.issuer, subject }, name: subject },
    kind: 'SERVICE',
    role: 'ADMIN',
    permissions: ['accounts.operate', ...permissions],
  };
  const { membership } = applied(await muster.root.mutate('addUser', input, 'membership { userId }'));
  return { userId: membership.userId, client: await muster.client({ subject }) };
}
