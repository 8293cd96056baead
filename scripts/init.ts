import type { MusterApplication } from '../src/application/muster-application.js';
import { openCore } from '../src/core.js';
import { ACCOUNT } from '../src/domain/account/state.js';
import { CommandError } from './cli/command-error.js';
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
  .option('--add-owner', 'give the root account another owner beside those it has', false)
  .addOption(jsonOption())
  .action(runInit);

interface InitCommandOptions {
  readonly data: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  readonly addOwner: boolean;
  readonly json: boolean;
}

async function runInit({ data, issuer, subject, name, addOwner, json }: InitCommandOptions): Promise<void> {
  const core = await openCore(commandLineCore(data));
  try {
    if (!addOwner) await refuseAnotherOwner(core.application, { issuer, subject });
    const made = await core.application.initialise({ owner: { issuer, subject, name: name ?? null } });
    if (json) return printJson(made);
    print(`root operator account: ${made.rootAccountId}`);
    print(`owner: user ${made.userId ?? ''}`);
    print('Next: npm run serve, with MUSTER_ISSUER, MUSTER_AUDIENCE and a key to verify tokens with.');
  } finally {
    await core.close();
  }
}

/** A slip in --subject must not make a stranger root. */
async function refuseAnotherOwner(
  application: MusterApplication,
  identity: { readonly issuer: string; readonly subject: string },
): Promise<void> {
  const rootAccountId = await application.rootAccountId();
  if (rootAccountId === null) return;
  const userId = await application.people.find({ ...identity, name: null });
  const { hasOwner, isMember } = await application.accounts.read(rootAccountId, ({ state }) => ({
    hasOwner: (state.account.get(ACCOUNT)?.activeOwners ?? 0) > 0,
    isMember: userId !== null && state.memberships.has(userId),
  }));
  if (hasOwner && !isMember)
    throw new CommandError(
      'the root operator account has an owner already; to give it this one too, run the same command with --add-owner',
    );
}
