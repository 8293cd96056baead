import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from './cli/command-error.js';
import { musterCommand } from './cli/muster-command.js';
import { print } from './cli/terminal.js';

const PATH = 'schema/schema.graphql';

export const emitSchemaCommand = musterCommand(
  'emit-schema',
  `Write the GraphQL schema to ${PATH}, for clients and for review.`,
  ['npm run emit-schema', 'npm run emit-schema -- --check'],
)
  .option('--check', 'write nothing; fail when the file is not what the code says', false)
  .action(runEmitSchema);

async function runEmitSchema({ check }: { readonly check: boolean }): Promise<void> {
  const { buildMusterSchema, printMusterSchema } = await import('../schema/build-schema.js');
  const text = printMusterSchema(buildMusterSchema());
  const path = resolve(PATH);
  const current = existsSync(path) ? readFileSync(path, 'utf8') : null;
  if (current === text) return print(`${PATH} is up to date`);
  if (check) throw new CommandError(`${PATH} is not what the code says; run: npm run emit-schema`);
  writeFileSync(path, text);
  print(`${PATH} written`);
}
