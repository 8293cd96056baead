import { openCore } from '../src/core.js';
import { commandLineCore } from './cli/environment.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { print, printJson } from './cli/terminal.js';

export const initCommand = musterCommand(
  'init',
  'Make the root operator account, and its owner from an identity of your identity provider; safe to repeat.',
  ['npm run init -- --issuer https://id.example.com/ --subject 248289761001 --name "Ada Admin"'],
)
  .requiredOption('--issuer <iss>', 'the `iss` of the owner’s tokens')
  .requiredOption('--subject <sub>', 'the `sub` of the owner’s tokens')
  .option('--name <name>', 'what the owner is called; kept encrypted')
  .addOption(jsonOption())
  .action(runInit);

interface InitCommandOptions {
  readonly data: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  readonly json: boolean;
}

async function runInit({ data, issuer, subject, name, json }: InitCommandOptions): Promise<void> {
  const core = await openCore(commandLineCore(data));
  try {
    const made = await core.application.initialise({ owner: { issuer, subject, name: name ?? null } });
    if (json) return printJson(made);
    print(`root operator account: ${made.rootAccountId}`);
    print(`owner: user ${made.userId ?? ''}`);
    print('Next: npm run serve, with MUSTER_ISSUER, MUSTER_AUDIENCE and a key to verify tokens with.');
  } finally {
    await core.close();
  }
}
