import { v5 as uuidV5 } from 'uuid';
import type { MusterApplication } from './application/muster-application.js';
import type { AccountCommand } from './domain/account/commands.js';
import { type PolicyPreset, policyPresets, presets } from './domain/account/policy.js';
import type { Role } from './domain/account/roles.js';
import type { EventActor } from './domain/event.js';

export interface DemoWorld {
  /** One per preset. */
  readonly accounts: readonly DemoAccount[];
  readonly tryFirst: DemoSteps;
}

export interface DemoAccount {
  readonly accountId: string;
  readonly name: string;
  readonly preset: PolicyPreset;
  /** User ids of the people in it, ended memberships too. */
  readonly people: Readonly<Record<DemoPerson, string>>;
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

const people = {
  olga: 'Olga Owner',
  adam: 'Adam Admin',
  tina: 'Tina Tech',
  carl: 'Carl Contributor',
  rita: 'Rita Reviewer',
  lea: 'Lea Leaver',
  ina: 'Ina Inactive',
  dora: 'Dora Deleted',
} as const;
export type DemoPerson = keyof typeof people;

const names: Readonly<Record<PolicyPreset, string>> = {
  DEFAULT: 'Harbour Cooperative',
  SUPEROFFICE: 'Northwind CRM',
  SOFTWAREONE: 'Cedar Licences',
  DOCUMENT360: 'Papertrail Docs',
  PARTNER_PORTAL: 'Juniper Partners',
};

/** Names of what the demo brings in; random, fixed for ever. */
const DEMO_NAMESPACE = '6f1f7c2e-8f25-4a54-9d5e-3b9b4f6f0c11';
const SOURCE = 'demo';
const DAY_MS = 24 * 3600 * 1000;

const demoActor: EventActor = { kind: 'IMPORT', id: SOURCE, onBehalfOf: null, authority: null };

/**
 * A small world with a past of ninety days: an account per preset, with people in every state its policy knows, nested
 * groups, applications and all three kinds of contact duty. It goes in as an imported history, so that loading it
 * again adds nothing, and a load that was cut off goes on where it stopped.
 */
export async function loadDemoWorld({
  application,
  clock,
}: {
  readonly application: Pick<MusterApplication, 'accounts' | 'people' | 'importCursor' | 'initialise'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}): Promise<DemoWorld> {
  const { rootAccountId } = await application.initialise({ owner: null });
  const who = await ensurePeople(application.people);
  const accounts: DemoAccount[] = [];
  for (const preset of policyPresets) {
    const account = { accountId: demoId(preset, 'account'), name: names[preset], preset, people: who };
    const cursor = await application.importCursor(account.accountId, SOURCE);
    for (const [index, chapter] of historyOf(account, rootAccountId).entries()) {
      const sequence = index + 1;
      if (sequence <= (cursor?.sequence ?? 0)) continue;
      const { daysAgo, commands } = chapter;
      const outcome = await application.accounts.execute({
        accountId: account.accountId,
        actor: { kind: 'IMPORT', id: SOURCE },
        commands: [...commands, endOfChapter(sequence, commands.length)],
        occurredAt: clock() - daysAgo * DAY_MS,
      });
      if (outcome.outcome === 'REJECTED')
        throw new Error(`the demo world breaks a rule of ${preset}: ${outcome.rejection.message}`);
    }
    accounts.push(account);
  }
  return {
    accounts,
    tryFirst: {
      accountId: demoId('DEFAULT', 'account'),
      contactUserId: who.tina,
      applicationId: demoId('DEFAULT', 'application shop'),
      successorUserId: who.carl,
    },
  };
}

async function ensurePeople(everyone: MusterApplication['people']): Promise<Record<DemoPerson, string>> {
  const keys = Object.keys(people) as DemoPerson[];
  const ids = await everyone.ensureAll(
    keys.map((key) => ({ email: `${key}@example.com`, name: people[key] })),
    demoActor,
  );
  return Object.fromEntries(keys.map((key, index) => [key, ids[index]])) as Record<DemoPerson, string>;
}

interface Chapter {
  readonly daysAgo: number;
  readonly commands: readonly AccountCommand[];
}

/** What happened in one account, oldest first; written once, and never changed for data folders that have it. */
function historyOf(
  { accountId, name, preset, people: who }: DemoAccount,
  rootAccountId: string,
): readonly Chapter[] {
  const policy = presets[preset];
  const offers = (operation: 'REMOVE' | 'DEACTIVATE' | 'DELETE') =>
    policy.operationsOffered.includes(operation);
  const id = (what: string) => demoId(preset, what);
  const everyone = id('group everyone');
  const engineering = id('group engineering');
  const add = (person: DemoPerson, role: Role): AccountCommand => ({
    type: 'addUser',
    userId: who[person],
    membershipId: id(`membership ${person}`),
    kind: 'STANDARD',
    role,
    permissions: [],
    groupIds: [everyone],
  });
  const end = (type: 'removeUser' | 'deactivateUser' | 'deleteUser', person: DemoPerson): AccountCommand => ({
    type,
    userId: who[person],
    confirmation: { confirmed: true, previewToken: null, phrase: null },
    successors: { forAll: null, each: [] },
  });

  return [
    {
      daysAgo: 90,
      commands: [
        {
          type: 'openAccount',
          accountId,
          name,
          kind: 'STANDARD',
          operators: [rootAccountId],
          preset,
          policy,
          owner: { userId: who.olga, membershipId: id('membership olga'), permissions: [] },
        },
        { type: 'createGroup', groupId: everyone, name: 'Everyone', parentId: null },
        { type: 'createGroup', groupId: engineering, name: 'Engineering', parentId: everyone },
        add('adam', 'ADMIN'),
        add('tina', 'CONTRIBUTOR'),
        add('carl', 'CONTRIBUTOR'),
        add('rita', 'REVIEWER'),
        add('lea', 'CONTRIBUTOR'),
        ...(offers('DEACTIVATE') ? [add('ina', 'CONTRIBUTOR')] : []),
        ...(offers('DELETE') ? [add('dora', 'REVIEWER')] : []),
      ],
    },
    {
      daysAgo: 60,
      commands: [
        { type: 'addGroupMember', groupId: engineering, userId: who.tina, role: 'MAINTAINER' },
        { type: 'addGroupMember', groupId: engineering, userId: who.carl, role: 'MEMBER' },
        ...['shop', 'warehouse'].map(
          (application): AccountCommand => ({
            type: 'registerApplication',
            applicationId: id(`application ${application}`),
            name: application === 'shop' ? 'Web shop' : 'Warehouse',
            technicalContactUserId: who.tina,
          }),
        ),
        {
          type: 'assignContact',
          responsibility: { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null },
          userId: who.tina,
        },
        {
          type: 'assignContact',
          responsibility: { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT', applicationId: null },
          userId: who.adam,
        },
      ],
    },
    {
      daysAgo: 30,
      commands: [
        ...(offers('REMOVE') ? [end('removeUser', 'lea')] : []),
        ...(offers('DEACTIVATE') ? [end('deactivateUser', 'ina'), end('deactivateUser', 'dora')] : []),
      ],
    },
    {
      daysAgo: 7,
      commands: [
        ...(offers('DELETE') ? [end('deleteUser', 'dora')] : []),
        { type: 'changeRole', userId: who.carl, role: 'ADMIN', expectedRole: 'CONTRIBUTOR' },
      ],
    },
  ];
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

const demoId = (preset: PolicyPreset, what: string): string => uuidV5(`${preset} ${what}`, DEMO_NAMESPACE);
