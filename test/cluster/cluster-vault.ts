import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findPostgres } from '../support/find-postgres.js';
import { PostgresServer } from '../support/postgres-server.js';

/** The keys that all nodes of a cluster share. */
export interface ClusterVault {
  readonly kind: 'PostgreSQL' | 'file';
  readonly url: string;
  remove(): Promise<void>;
}

/** In a PostgreSQL of its own where one is installed, else in a file of the folder. */
export async function startClusterVault(dir: string): Promise<ClusterVault> {
  const postgres = findPostgres() === null ? null : await PostgresServer.start('keys in PostgreSQL');
  if (postgres === null) return { kind: 'file', url: vaultFileUrl(dir), remove: async () => undefined };
  return { kind: 'PostgreSQL', url: await postgres.createDatabase(), remove: () => postgres.remove() };
}

export const vaultFileUrl = (dir: string): string => pathToFileURL(join(dir, 'vault.sqlite')).href;
