import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTokenIssuer } from '../child/token-issuer.js';
import type { BenchServerReady, BenchWorld } from './bench-server.js';
import { startChild } from './child.js';

export interface MeasuredServer extends BenchServerReady {
  /** The GraphQL endpoint. */
  readonly endpoint: string;
  readonly token: string;
}

/** A server in a process of its own, seeded, in a data folder that is gone afterwards. */
export async function withMeasuredServer<T>(
  world: Pick<BenchWorld, 'accounts' | 'named'>,
  measure: (server: MeasuredServer) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const issuer = newTokenIssuer();
  const owner = { issuer: issuer.issuer, subject: 'bench' };
  try {
    const server = await startChild<BenchServerReady>(
      'bench-server',
      { ...world, dataDir, owner },
      issuer.env,
    );
    try {
      const token = await issuer.tokenFor(owner.subject);
      return await measure({ ...server.ready, endpoint: `${server.ready.url}/graphql`, token });
    } finally {
      await server.end();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
