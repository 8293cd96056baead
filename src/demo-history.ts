import { v5 as uuidV5 } from 'uuid';
import type { AccountCommand, EndMembership } from './domain/account/commands.js';
import { type PolicyPreset, presets } from './domain/account/policy.js';
import type { MemberKind, Role } from './domain/account/roles.js';

export const demoPeople = {
  olga: 'Olga Owner',
  adam: 'Adam Admin',
  tina: 'Tina Tech',
  carl: 'Carl Contributor',
  rita: 'Rita Reviewer',
  lea: 'Lea Leaver',
  ina: 'Ina Inactive',
  dora: 'Dora Deleted',
  ivo: 'Ivo Invited',
  eva: 'Eva Expired',
  fritz: 'Fritz Frozen',
  sam: 'Sam Signon',
  tom: 'Tom Temporary',
  dirk: 'Dirk Directory',
  petra: 'Petra Operator',
} as const;
export type DemoPerson = keyof typeof demoPeople;

/** Names of what the demo brings in; random, fixed for ever. */
const DEMO_NAMESPACE = '2b7c9a54-1d0e-4f7b-8a46-90c3f1d2e7a8';

export const demoId = (where: PolicyPreset | 'OPERATOR', what: string): string =>
  uuidV5(`${where} ${what}`, DEMO_NAMESPACE);

export const evasInvitationId = (preset: PolicyPreset): string => demoId(preset, 'invitation eva');

export interface DemoAccount {
  readonly accountId: string;
  readonly name: string;
  readonly preset: PolicyPreset;
  /** User ids of the people in it, ended memberships too. */
  readonly people: Readonly<Record<DemoPerson, string>>;
}

export interface Chapter {
  readonly daysAgo: number;
  readonly commands: readonly AccountCommand[];
}

const DAY_MS = 24 * 3600 * 1000;

interface HistoryParts {
  readonly operators: readonly string[];
  /** Ms. */
  readonly now: number;
  /** Of a real link, which has expired by now. */
  readonly hashOfEvasLink: string;
}

/** What happened in one account, oldest first; written once, and never changed for data folders that have it. */
export function demoHistory(
  { accountId, name, preset, people: who }: DemoAccount,
  { operators, now, hashOfEvasLink }: HistoryParts,
): readonly Chapter[] {
  const policy = presets[preset];
  const offers = (operation: 'REMOVE' | 'DEACTIVATE' | 'DELETE') =>
    policy.operationsOffered.includes(operation);
  const id = (what: string) => demoId(preset, what);
  const everyone = id('group everyone');
  const engineering = id('group engineering');
  const add = (person: DemoPerson, role: Role, kind: MemberKind = 'STANDARD'): AccountCommand => ({
    type: 'addUser',
    userId: who[person],
    membershipId: id(`membership ${person}`),
    kind,
    role,
    permissions: [],
    groupIds: [everyone],
  });
  const end = (type: EndMembership['type'], person: DemoPerson): AccountCommand => ({
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
          operators,
          preset,
          policy,
          owner: { userId: who.olga, membershipId: id('membership olga'), permissions: [] },
        },
        { type: 'changeSeatPlan', planSeats: 10, addOnSeats: 2 },
        { type: 'createGroup', groupId: everyone, name: 'Everyone', parentId: null },
        { type: 'createGroup', groupId: engineering, name: 'Engineering', parentId: everyone },
        add('adam', 'ADMIN'),
        add('tina', 'CONTRIBUTOR'),
        add('carl', 'CONTRIBUTOR'),
        add('rita', 'REVIEWER', 'READER'),
        add('lea', 'CONTRIBUTOR'),
        add('fritz', 'CONTRIBUTOR'),
        add('sam', 'CONTRIBUTOR', 'SSO'),
        add('tom', 'CONTRIBUTOR'),
        add('dirk', 'CONTRIBUTOR', 'SSO'),
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
        { type: 'startDirectoryManagement', userId: who.dirk, directory: 'company-directory' },
      ],
    },
    {
      daysAgo: 30,
      commands: [
        ...(offers('REMOVE') ? [end('removeUser', 'lea')] : []),
        ...(offers('DEACTIVATE') ? [end('deactivateUser', 'ina'), end('deactivateUser', 'dora')] : []),
        {
          type: 'inviteUser',
          userId: who.eva,
          membershipId: id('membership eva'),
          invitationId: evasInvitationId(preset),
          kind: 'STANDARD',
          role: 'CONTRIBUTOR',
          permissions: [],
          groupIds: [everyone],
          tokenHash: hashOfEvasLink,
        },
      ],
    },
    {
      daysAgo: 7,
      commands: [
        ...(offers('DELETE') ? [end('deleteUser', 'dora')] : []),
        { type: 'changeRole', userId: who.carl, role: 'ADMIN', expectedRole: 'CONTRIBUTOR' },
        { type: 'freezeUser', userId: who.fritz },
        ...(offers('DEACTIVATE') ? [end('deactivateUser', 'sam')] : []),
        {
          type: 'scheduleEnd',
          scheduleId: id('schedule tom'),
          userId: who.tom,
          operation: offers('REMOVE') ? 'REMOVE' : 'DEACTIVATE',
          at: now + 30 * DAY_MS,
          successorId: null,
          confirmation: { confirmed: true, previewToken: null, phrase: null },
        },
      ],
    },
  ];
}

/** The supplier whose people work over all the other accounts (PP-12). */
export function operatorHistory(
  { accountId, name, people: who }: Omit<DemoAccount, 'preset'>,
  operators: readonly string[],
): readonly Chapter[] {
  return [
    {
      daysAgo: 91,
      commands: [
        {
          type: 'openAccount',
          accountId,
          name,
          kind: 'OPERATOR',
          operators,
          preset: 'DEFAULT',
          policy: presets.DEFAULT,
          owner: {
            userId: who.petra,
            membershipId: demoId('OPERATOR', 'membership petra'),
            permissions: ['accounts.operate'],
          },
        },
      ],
    },
  ];
}
