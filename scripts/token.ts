import { Argument } from 'commander';
import { demoPeople } from '../src/demo-history.js';
import { DEV_SUBJECT, developmentToken } from '../src/development-token.js';
import { CommandError } from './cli/command-error.js';
import { musterCommand } from './cli/muster-command.js';
import { print } from './cli/terminal.js';

const people = [DEV_SUBJECT, ...Object.keys(demoPeople)];

export const tokenCommand = musterCommand(
  'token',
  `Print a token for somebody of the demo world: ${people.join(', ')}. For a data folder that npm start has served; ` +
    'good for a Muster started with --dev only.',
  ['npm run -s token -- olga', 'npm run -s token -- adam --data ./data'],
)
  .addArgument(new Argument('<person>', 'who').choices(people))
  .action(runToken);

async function runToken(person: string, { data }: { readonly data: string }): Promise<void> {
  const token = await developmentToken(data, person);
  if (token === null)
    throw new CommandError(`${data} has no development key: run npm start first, or name its data folder`);
  print(token);
}
