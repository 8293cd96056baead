import { type AccountWorld, applied, type TestMember } from './account-world.js';
import type { TestMuster } from './start-muster.js';

export interface Supplier extends TestMember {
  readonly accountId: string;
}

/** An operator account of its own with one ADMIN, who works over these accounts alone. */
export async function addSupplier(
  muster: TestMuster,
  partners: readonly AccountWorld[],
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Supplier> {
  const { account } = applied(
    await muster.root.mutate('createAccount', { name: 'Suppliers', kind: 'OPERATOR' }, 'account { id }'),
  );
  const accountId: string = account.id;
  const email = `petra.${accountId}@example.test`;
  const person = { email, name: 'Petra' };
  const input = { accountId, person, role: 'ADMIN', permissions: ['accounts.operate'], ...fields };
  const { membership } = applied(await muster.root.mutate('addUser', input, 'membership { userId }'));
  for (const partner of partners)
    applied(
      await muster.root.mutate('linkOperator', {
        accountId: partner.accountId,
        operatorAccountId: accountId,
      }),
    );
  return { accountId, userId: membership.userId, client: await muster.client({ subject: email, email }) };
}
