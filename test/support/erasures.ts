import type { GraphqlClient } from './graphql-client.js';
import type { TestMuster } from './start-muster.js';

export interface ErasureAnswer {
  readonly status: 'REQUESTED' | 'ERASED';
  readonly erasedAt: string | null;
  readonly receipt: {
    readonly requestEventId: string;
    readonly destroyed: readonly { readonly what: string; readonly count: number; readonly by: string }[];
  } | null;
}

export async function erasureOf(client: GraphqlClient, userId: string): Promise<ErasureAnswer | null> {
  const query = 'query ($id: ID!) { user(id: $id) { erasure { status erasedAt receipt } } }';
  return (await client.query(query, { id: userId })).user?.erasure ?? null;
}

/** What was requested has been carried out, or whatever failed has been tried. */
export async function erased({ root, processManagers }: TestMuster, userId: string): Promise<ErasureAnswer> {
  for (let look = 1; look <= 50; look += 1) {
    await processManagers.settled();
    const erasure = await erasureOf(root, userId);
    if (erasure?.status === 'ERASED') return erasure;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the erasure was not carried out');
}
