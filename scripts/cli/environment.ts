import { readErasureLedger, readKeyVaultUrl } from '../../src/config.js';
import type { CoreOptions } from '../../src/core.js';
import { realEnvironment } from '../../src/real-environment.js';
import { say } from './terminal.js';

/** What the command line opens an installation with: the real clock, fresh ids, trouble on stderr. */
export const commandLineCore = (dataDir: string): CoreOptions => ({
  dataDir,
  environment: realEnvironment,
  erasureLedger: readErasureLedger(process.env),
  keyVaultUrl: readKeyVaultUrl(process.env),
  report: (error, doing) =>
    say(`muster: ${doing}: ${error instanceof Error ? error.message : String(error)}`),
});
