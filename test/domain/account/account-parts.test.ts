import type { Actor } from '../../../src/domain/account/actor.js';
import type { OpenAccount } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { presets } from '../../../src/domain/account/policy.js';
import { atomsOf } from '../../../src/domain/account/roles.js';
import {
  ACCOUNT_ID,
  about,
  added,
  administrative,
  bare,
  confirmed,
  end,
  ended,
  given,
  opened,
  system,
  technical,
  technicalOf,
  user,
} from './given.js';

const base = [opened(), added('olga', 'OWNER'), added('adam', 'ADMIN'), added('carl', 'CONTRIBUTOR')];
const group = (groupId: string, parentId: string | null = null): AccountEvent => ({
  type: 'GroupCreated',
  data: { groupId, name: groupId.toUpperCase(), parentId },
});

describe('groups', () => {
  const events = [...base, group('a'), group('b', 'a'), group('c', 'b')];

  it('are created under a parent', () =>
    given(...events)
      .when({ type: 'createGroup', groupId: 'd', name: ' D ', parentId: 'c' })
      .then({ type: 'GroupCreated', data: { groupId: 'd', name: 'D', parentId: 'c' } }));
  it('have names that are taken without regard to case', () =>
    given(...events)
      .when({ type: 'createGroup', groupId: 'd', name: 'a', parentId: null })
      .thenRejected('GROUP_NAME_TAKEN'));
  it('free their name when deleted', () =>
    given(...events, { type: 'GroupDeleted', data: { groupId: 'c', name: 'C' } })
      .when({ type: 'createGroup', groupId: 'd', name: 'C', parentId: null })
      .thenTypes('GroupCreated'));
  it('free their old name when renamed, and hold the new one', () => {
    const renamed: readonly AccountEvent[] = [
      ...events,
      { type: 'GroupRenamed', data: { groupId: 'c', from: 'C', to: 'Sea' } },
    ];
    given(...renamed)
      .when({ type: 'createGroup', groupId: 'd', name: 'c', parentId: null })
      .thenTypes('GroupCreated');
    given(...renamed)
      .when({ type: 'createGroup', groupId: 'd', name: 'SEA', parentId: null })
      .thenRejected('GROUP_NAME_TAKEN');
    given(...renamed)
      .when({ type: 'renameGroup', groupId: 'c', name: 'Sea' })
      .thenNothing();
  });
  it('may change the case of their own name', () =>
    given(...events)
      .when({ type: 'renameGroup', groupId: 'a', name: 'a' })
      .thenTypes('GroupRenamed'));
  it('never lie inside themselves', () => {
    given(...events)
      .when({ type: 'moveGroup', groupId: 'a', parentId: 'c' })
      .thenRejected('GROUP_CYCLE');
    given(...events)
      .when({ type: 'moveGroup', groupId: 'a', parentId: 'a' })
      .thenRejected('GROUP_CYCLE');
  });
  it('nest twenty deep', () => {
    const chain = Array.from({ length: 20 }, (_, i) => group(`n${i}`, i === 0 ? null : `n${i - 1}`));
    given(...base, ...chain.slice(0, 19))
      .when({ type: 'createGroup', groupId: 'x', name: 'x', parentId: 'n18' })
      .thenTypes('GroupCreated');
    given(...base, ...chain)
      .when({ type: 'createGroup', groupId: 'x', name: 'x', parentId: 'n19' })
      .thenRejected('GROUP_TOO_DEEP');
  });
  it('nest no deeper when moved with all that lies below them', () => {
    const chain = Array.from({ length: 19 }, (_, i) => group(`n${i}`, i === 0 ? null : `n${i - 1}`));
    given(...events, ...chain)
      .when({ type: 'moveGroup', groupId: 'a', parentId: 'n16' })
      .thenTypes('GroupMoved');
    given(...events, ...chain)
      .when({ type: 'moveGroup', groupId: 'a', parentId: 'n17' })
      .thenRejected('GROUP_TOO_DEEP');
  });
  it('with children are not deleted', () => {
    given(...events)
      .when({ type: 'deleteGroup', groupId: 'a' })
      .thenRejected('GROUP_HAS_CHILDREN');
    given(...events, { type: 'GroupMoved', data: { groupId: 'b', from: 'a', to: null } })
      .when({ type: 'deleteGroup', groupId: 'a' })
      .thenTypes('GroupDeleted');
  });
  it('take active members, each once', () => {
    const addTo = { type: 'addGroupMember', groupId: 'a', userId: 'carl', role: 'MEMBER' } as const;
    given(...events)
      .when(addTo)
      .thenTypes('GroupMemberAdded');
    const inside: AccountEvent = {
      type: 'GroupMemberAdded',
      data: { groupId: 'a', userId: 'carl', role: 'MEMBER' },
    };
    given(...events, inside)
      .when(addTo)
      .thenNothing();
    given(...events, inside)
      .when({ ...addTo, role: 'MAINTAINER' })
      .thenRejected('ALREADY_MEMBER', { useInstead: 'changeGroupRole' });
    given(...events)
      .when({ ...addTo, userId: 'eve' })
      .thenRejected('NOT_FOUND');
    given(...events, inside)
      .when({
        type: 'changeGroupRole',
        groupId: 'a',
        userId: 'carl',
        role: 'MAINTAINER',
        expectedRole: 'MEMBER',
      })
      .thenTypes('GroupRoleChanged');
    given(...events, inside)
      .when({ type: 'removeGroupMember', groupId: 'a', userId: 'carl' })
      .thenTypes('GroupMemberRemoved');
    given(...events)
      .when({ type: 'removeGroupMember', groupId: 'a', userId: 'carl' })
      .thenNothing();
  });
  it('lose a member who is removed, and do not get him back with his return', () => {
    const snapshot = {
      kind: 'STANDARD',
      role: 'CONTRIBUTOR',
      permissions: [],
      groups: [{ groupId: 'a', role: 'MEMBER' }],
      responsibilities: [],
    } as const;
    given(
      ...events,
      { type: 'GroupMemberAdded', data: { groupId: 'a', userId: 'carl', role: 'MEMBER' } },
      { type: 'UserRemoved', data: { userId: 'carl', membershipId: 'm-carl', snapshot } },
      { ...added('carl', 'CONTRIBUTOR'), type: 'UserRejoined' } as AccountEvent,
    )
      .when({ type: 'removeGroupMember', groupId: 'a', userId: 'carl' })
      .thenNothing();
  });
});

describe('applications and contacts', () => {
  const app: AccountEvent = { type: 'ApplicationRegistered', data: { applicationId: 'app', name: 'App' } };
  const held: AccountEvent = {
    type: 'ContactAssigned',
    data: { responsibility: technicalOf('app'), userId: 'carl' },
  };

  it('come together where no duty may be vacant (SO-20)', () => {
    const register = { type: 'registerApplication', applicationId: 'app', name: 'App' } as const;
    given(...base)
      .when({ ...register, technicalContactUserId: null })
      .thenRejected('CONTACT_REQUIRED');
    given(...base)
      .when({ ...register, technicalContactUserId: 'carl' })
      .thenTypes('ApplicationRegistered', 'ContactAssigned');
    given(opened('PARTNER_PORTAL'), added('olga', 'OWNER'))
      .when({ ...register, technicalContactUserId: null })
      .thenTypes('ApplicationRegistered');
    given(...base, app)
      .when({ ...register, applicationId: 'other', name: 'APP', technicalContactUserId: 'carl' })
      .thenRejected('APPLICATION_NAME_TAKEN');
  });
  it('are retired together, which frees the holder', () =>
    given(...base, app, held, {
      type: 'ApplicationRetired',
      data: { applicationId: 'app', name: 'App', technicalContactUserId: 'carl' },
    })
      .when(end('removeUser', 'carl'))
      .thenTypes('UserRemoved'));
  it('are assigned when vacant, reassigned when held', () => {
    given(...base)
      .when({ type: 'assignContact', responsibility: technical, userId: 'carl' })
      .thenTypes('ContactAssigned');
    given(...base, app, held)
      .when({ type: 'assignContact', responsibility: technicalOf('app'), userId: 'adam' })
      .thenRejected('CONTACT_ALREADY_ASSIGNED', { useInstead: 'reassignContacts' });
    given(...base, app, held)
      .when({
        type: 'reassignContacts',
        reassignments: [
          { responsibility: technicalOf('app'), userId: 'adam' },
          { responsibility: administrative, userId: 'olga' },
        ],
      })
      .thenTypes('ContactReassigned', 'ContactAssigned');
  });
  it('are reassigned all or none (SO-15)', () =>
    given(...base, app, held)
      .when({
        type: 'reassignContacts',
        reassignments: [
          { responsibility: technicalOf('app'), userId: 'adam' },
          { responsibility: administrative, userId: 'eve' },
        ],
      })
      .thenRejected('INVALID_SUCCESSOR', { field: 'reassignments.1.userId' }));
  it('of an unknown application are unknown', () =>
    given(...base)
      .when({ type: 'assignContact', responsibility: technicalOf('nope'), userId: 'carl' })
      .thenRejected('NOT_FOUND'));
  it('need an application exactly when they are of one', () =>
    given(...base)
      .when({
        type: 'assignContact',
        responsibility: { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId: null },
        userId: 'carl',
      })
      .thenRejected('INVALID_INPUT'));
});

describe('policy', () => {
  it('changes by version', () => {
    const change = {
      type: 'changePolicy',
      preset: 'SUPEROFFICE',
      policy: presets.SUPEROFFICE,
      expectedPolicyVersion: 1,
    } as const;
    given(...base)
      .when(change)
      .then({
        type: 'PolicyChanged',
        data: { preset: 'SUPEROFFICE', policy: presets.SUPEROFFICE, policyVersion: 2 },
      });
    given(...base)
      .when({ ...change, expectedPolicyVersion: 7 })
      .thenRejected('STALE_VALUE');
    given(...base)
      .when({ ...change, preset: 'DEFAULT', policy: presets.DEFAULT })
      .thenNothing();
    given(...base)
      .when(change, user('adam'))
      .thenRejected('PERMISSION_DENIED', { permission: 'policy.write' });
  });
  it('is refused with the list of what it would violate', () =>
    given(opened('PARTNER_PORTAL'), added('olga', 'OWNER'), {
      type: 'ApplicationRegistered',
      data: { applicationId: 'app', name: 'App' },
    })
      .when({ type: 'changePolicy', preset: 'DEFAULT', policy: presets.DEFAULT, expectedPolicyVersion: null })
      .thenRejected('CONTACT_WOULD_BE_VACANT', { responsibilities: [technicalOf('app')] }));
});

describe('a policy that wants every duty held', () => {
  const contact: AccountEvent = {
    type: 'ContactAssigned',
    data: { responsibility: technical, userId: 'carl' },
  };
  const before = [opened('PARTNER_PORTAL'), added('olga', 'OWNER'), added('carl', 'CONTRIBUTOR'), contact];
  const change = (DEACTIVATE: 'REQUIRE_REASSIGN' | 'ALLOW_VACANT') => {
    const responsibilities = { ...presets.DEFAULT.responsibilities, DEACTIVATE };
    const policy = { ...presets.DEFAULT, responsibilities };
    return { type: 'changePolicy', preset: 'DEFAULT', policy, expectedPolicyVersion: null } as const;
  };

  it('takes members with access, and frozen ones, for holders', () => {
    for (const events of [before, [...before, about('UserFrozen', 'carl')]])
      given(...events)
        .when(change('REQUIRE_REASSIGN'))
        .thenTypes('PolicyChanged');
  });
  it('takes somebody deactivated only where deactivating would have left the duty with him', () => {
    const inactive = [...before, ended('UserDeactivated', 'carl', bare('CONTRIBUTOR'))];
    given(...inactive)
      .when(change('REQUIRE_REASSIGN'))
      .thenRejected('CONTACT_WOULD_BE_VACANT', { responsibilities: [technical] });
    given(...inactive)
      .when(change('ALLOW_VACANT'))
      .thenTypes('PolicyChanged');
  });
});

describe('operators', () => {
  const operator = (
    also: { isRoot?: boolean; permissions?: readonly string[]; role?: 'ADMIN' | 'OWNER' } = {},
  ): Actor => ({
    kind: 'USER',
    userId: 'opal',
    operatorAuthorities: [
      {
        accountId: 'operator',
        stream: 'account-operator',
        revision: 7,
        kind: 'STANDARD',
        role: also.role ?? 'ADMIN',
        permissions: new Set([
          ...atomsOf[also.role ?? 'ADMIN'],
          ...(also.permissions ?? ['accounts.operate']),
        ]),
        isRoot: also.isRoot ?? false,
      },
    ],
  });
  const linked: AccountEvent = { type: 'OperatorLinked', data: { operatorAccountId: 'operator' } };

  it('act on the accounts they operate (PP-12), and nowhere else', () => {
    given(...base, linked)
      .when(end('removeUser', 'carl'), operator())
      .thenTypes('UserRemoved');
    given(...base)
      .when(end('removeUser', 'carl'), operator())
      .thenRejected('NOT_FOUND');
    given(...base, linked, { type: 'OperatorUnlinked', data: { operatorAccountId: 'operator' } })
      .when(end('removeUser', 'carl'), operator())
      .thenRejected('NOT_FOUND');
  });
  it('need accounts.operate', () =>
    given(...base, linked)
      .when(end('removeUser', 'carl'), operator({ permissions: [] }))
      .thenRejected('NOT_FOUND'));
  it('keep to their rank', () =>
    given(...base, linked)
      .when(end('removeUser', 'olga'), operator())
      .thenRejected('TARGET_OUTRANKS_ACTOR'));
  it('keep to it toward themselves: a deactivated owner does not come back as an operator', () =>
    given(...base, linked, added('opal', 'OWNER'), {
      type: 'UserDeactivated',
      data: {
        userId: 'opal',
        membershipId: 'm-opal',
        snapshot: { kind: 'STANDARD', role: 'OWNER', permissions: [], groups: [], responsibilities: [] },
      },
    })
      .when({ type: 'reactivateUser', userId: 'opal', confirmation: confirmed }, operator())
      .thenRejected('TARGET_OUTRANKS_ACTOR'));

  const open: OpenAccount = {
    type: 'openAccount',
    accountId: ACCOUNT_ID,
    name: 'New',
    kind: 'STANDARD',
    operators: ['operator'],
    preset: 'DEFAULT',
    policy: presets.DEFAULT,
    owner: { userId: 'olga', membershipId: 'm', permissions: [] },
  };
  it('of the root account open accounts', () => {
    const root = operator({ isRoot: true, permissions: ['accounts.operate', 'accounts.create'] });
    given().when(open, root).thenTypes('AccountOpened', 'UserAdded');
    given()
      .when(open, operator({ isRoot: true }))
      .thenRejected('PERMISSION_DENIED', { permission: 'accounts.create' });
    given()
      .when(open, operator({ permissions: ['accounts.operate', 'accounts.create'] }))
      .thenRejected('PERMISSION_DENIED');
    given().when(open, user('olga')).thenRejected('PERMISSION_DENIED');
    given(...base)
      .when(open, system)
      .thenNothing();
  });
  it('are linked by the root account only', () => {
    const link = { type: 'linkOperator', operatorAccountId: 'other', operatorKind: 'OPERATOR' } as const;
    const root = operator({ isRoot: true, permissions: ['accounts.operate', 'accounts.create'] });
    given(...base)
      .when(link, root)
      .thenTypes('OperatorLinked');
    given(...base)
      .when({ ...link, operatorKind: 'STANDARD' }, root)
      .thenRejected('OPERATOR_LINK_INVALID');
    given(...base)
      .when(link, user('olga'))
      .thenRejected('PERMISSION_DENIED', { permission: 'accounts.create' });
    given(...base)
      .when(link, user('eve'))
      .thenRejected('NOT_FOUND');
    given(...base)
      .when(link, operator({ isRoot: true }))
      .thenRejected('NOT_FOUND');
    given(...base, linked)
      .when({ ...link, operatorAccountId: 'operator' }, root)
      .thenNothing();
  });
});

describe('importing', () => {
  const record = {
    type: 'recordChangeSet',
    source: 's',
    sequence: 1,
    part: 1,
    operationsApplied: 3,
    complete: true,
    digest: 'd',
    operationsSkipped: 0,
  } as const;
  const importer: Actor = { kind: 'IMPORT', id: 'import' };
  const { type: _, ...first } = record;

  it('takes change sets in order', () => {
    given(...base)
      .when(record, importer)
      .thenTypes('ChangeSetImported');
    given(...base)
      .when({ ...record, sequence: 2 }, importer)
      .thenRejected('IMPORT_OUT_OF_SEQUENCE');
    given(...base, { type: 'ChangeSetImported', data: first })
      .when({ ...record, sequence: 2 }, importer)
      .thenTypes('ChangeSetImported');
    given(...base, { type: 'ChangeSetImported', data: { ...first, complete: false } })
      .when({ ...record, part: 2 }, importer)
      .thenTypes('ChangeSetImported');
  });
  it('is for imports only', () =>
    given(...base)
      .when(record, user('olga'))
      .thenRejected('PERMISSION_DENIED'));
});
