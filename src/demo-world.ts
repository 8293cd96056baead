import type { MusterApplication } from './application/muster-application.js';
import {
  type Chapter,
  type DemoAccount,
  type DemoPerson,
  demoHistory,
  demoId,
  demoPeople,
  evasInvitationId,
  operatorHistory,
} from './demo-history.js';
import type { AccountCommand } from './domain/account/commands.js';
import { type PolicyPreset, policyPresets } from './domain/account/policy.js';
import type { EventActor } from './domain/event.js';

export interface DemoWorld {
  /** One per preset. */
  readonly accounts: readonly DemoAccount[];
  /** Operates them all (PP-12). */
  readonly operatorAccountId: string;
  readonly tryFirst: DemoSteps;
}

/** A duty that has to be handed over before its holder can go: the shortest way to see what Muster is for. */
export interface DemoSteps {
  readonly accountId: string;
  /** Technical contact of an application; removing this person asks for a successor. */
  readonly contactUserId: string;
  readonly applicationId: string;
  /** Can take the duty over. */
  readonly successorUserId: string;
}

const names: Readonly<Record<PolicyPreset, string>> = {
  DEFAULT: 'Harbour Cooperative',
  SUPEROFFICE: 'Northwind CRM',
  SOFTWAREONE: 'Cedar Licences',
  DOCUMENT360: 'Papertrail Docs',
  PARTNER_PORTAL: 'Juniper Partners',
};
const OPERATOR_NAME = 'Evergreen Suppliers';

const SOURCE = 'demo-world';
const DAY_MS = 24 * 3600 * 1000;

const importer = { kind: 'IMPORT', id: SOURCE } as const;
const demoActor: EventActor = { ...importer, onBehalfOf: null, authority: null };

type DemoApplication = Pick<
  MusterApplication,
  'accounts' | 'people' | 'importCursor' | 'initialise' | 'invitations' | 'parts'
>;

interface DemoOptions {
  readonly application: DemoApplication;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * A small world with a past of ninety days: an account per preset, with people in every state its policy knows, nested
 * groups, applications and all three kinds of contact duty, and a supplier that operates them all. It goes in as an
 * imported history, so that loading it again adds nothing, and a load that was cut off goes on where it stopped.
 */
export async function loadDemoWorld(options: DemoOptions): Promise<DemoWorld> {
  const { application, clock } = options;
  const { rootAccountId } = await application.initialise({ owner: null });
  const people = await ensurePeople(application.people);
  const operatorAccountId = demoId('OPERATOR', 'account');
  await load(
    options,
    operatorAccountId,
    operatorHistory({ accountId: operatorAccountId, name: OPERATOR_NAME, people }, [rootAccountId]),
  );
  const accounts = policyPresets.map((preset) => ({
    accountId: demoId(preset, 'account'),
    name: names[preset],
    preset,
    people,
  }));
  for (const account of accounts) {
    const operators = [rootAccountId, operatorAccountId];
    const hashOfEvasLink = await firstLinkOf(application, account);
    await load(options, account.accountId, demoHistory(account, { operators, now: clock(), hashOfEvasLink }));
    await inviteIvo(application, account);
  }
  return {
    accounts,
    operatorAccountId,
    tryFirst: {
      accountId: demoId('DEFAULT', 'account'),
      contactUserId: people.tina,
      applicationId: demoId('DEFAULT', 'application shop'),
      successorUserId: people.carl,
    },
  };
}

async function load(
  { application, clock }: DemoOptions,
  accountId: string,
  chapters: readonly Chapter[],
): Promise<void> {
  const cursor = await application.importCursor(accountId, SOURCE);
  for (const [index, { daysAgo, commands }] of chapters.entries()) {
    const sequence = index + 1;
    if (sequence <= (cursor?.sequence ?? 0)) continue;
    const outcome = await application.accounts.execute({
      accountId,
      actor: importer,
      commands: [...commands, endOfChapter(sequence, commands.length)],
      occurredAt: clock() - daysAgo * DAY_MS,
    });
    if (outcome.outcome === 'REJECTED')
      throw new Error(`the demo world breaks a rule: ${outcome.rejection.message}`);
  }
}

/** Hash of a link that Muster can make: a real one, so that it can be sent again. */
async function firstLinkOf(
  { parts: { invitationTokens } }: DemoApplication,
  { accountId, preset }: DemoAccount,
): Promise<string> {
  const invitationId = evasInvitationId(preset);
  await invitationTokens.ensureKey(invitationId);
  const link = await invitationTokens.tokenOf({ accountId, invitationId, generation: 1 });
  if (link === null) throw new Error('the key of a new invitation is gone already');
  return link.tokenHash;
}

/** The one open invitation is a real one: its link is in the mail folder, and Ivo can accept it. */
async function inviteIvo(application: DemoApplication, { accountId, preset, people }: DemoAccount) {
  const isKnown = await application.accounts.read(accountId, ({ state }) =>
    state.memberships.has(people.ivo),
  );
  if (isKnown) return;
  const outcome = await application.invitations.invite({
    actor: importer,
    accountId,
    person: { userId: people.ivo },
    kind: 'STANDARD',
    role: 'CONTRIBUTOR',
    permissions: [],
    groupIds: [demoId(preset, 'group everyone')],
  });
  if (outcome.outcome === 'REJECTED')
    throw new Error(`the demo world breaks a rule: ${outcome.rejection.message}`);
}

async function ensurePeople(everyone: MusterApplication['people']): Promise<Record<DemoPerson, string>> {
  const keys = Object.keys(demoPeople) as DemoPerson[];
  const ids = await everyone.ensureAll(
    keys.map((key) => ({ email: `${key}@example.com`, name: demoPeople[key] })),
    demoActor,
  );
  return Object.fromEntries(keys.map((key, index) => [key, ids[index]])) as Record<DemoPerson, string>;
}

const endOfChapter = (sequence: number, operationsApplied: number): AccountCommand => ({
  type: 'recordChangeSet',
  source: SOURCE,
  sequence,
  part: 1,
  operationsApplied,
  complete: true,
  digest: '0'.repeat(64),
  operationsSkipped: 0,
});
