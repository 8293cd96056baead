import type { AccountCommand } from '../../domain/account/commands.js';
import type { GroupRole } from '../../domain/account/events.js';
import type { Role } from '../../domain/account/roles.js';
import type { RejectionCode } from '../../domain/rejection.js';
import { hashOf } from '../../event-store/chain.js';
import type { ChangeSet, Operation, OrganisationRole, TeamRole } from './change-set.js';
import { importedGroupId } from './identifiers.js';
import { ImportRefused } from './import-refused.js';

/** One change set, turned into what to ask of the account. */
export interface PlannedChangeSet {
  readonly lineNumber: number;
  readonly org: string;
  readonly sequence: number;
  readonly occurredAt: number;
  readonly operations: readonly PlannedOperation[];
  /** Places (from 1) of the operations Muster has no use for. */
  readonly skipped: readonly number[];
  /** Over this change set and all before it of the organisation, hex. */
  readonly digest: string;
}

export interface PlannedOperation {
  /** Place in the change set's list, from 1. */
  readonly place: number;
  /** Who must be known before the command can be made. */
  readonly user: string | null;
  readonly command: (made: { readonly userId: string; readonly newId: () => string }) => AccountCommand;
}

interface Team {
  readonly groupId: string;
  readonly parent: string | null;
  readonly members: Map<string, TeamRole>;
}

/**
 * Follows one organisation's history strictly, as its format promises: nobody is added twice, nobody absent is
 * changed, every `from` is the value before. The domain would take some of this as "already so"; in a history it
 * means that the file is wrong.
 */
export class OrganisationReplay {
  readonly #members = new Map<string, OrganisationRole>();
  readonly #teams = new Map<string, Team>();
  #sequence = 0;
  #time = 0;
  #digest = '';

  constructor(
    private readonly source: string,
    private readonly org: string,
  ) {}

  get sequence(): number {
    return this.#sequence;
  }

  /** @throws ImportRefused the history contradicts itself here */
  next(changeSet: ChangeSet, lineNumber: number): PlannedChangeSet {
    const { orgSeq, time, org, changes } = changeSet;
    if (orgSeq !== this.#sequence + 1)
      throw new ImportRefused(
        'IMPORT_OUT_OF_SEQUENCE',
        lineNumber,
        null,
        `org_seq ${orgSeq} of ${org} cannot follow ${this.#sequence}: change sets are missing or out of order`,
      );
    if (time < this.#time)
      throw new ImportRefused('OCCURRED_OUT_OF_ORDER', lineNumber, null, `the time of ${org} goes backwards`);
    this.#sequence = orgSeq;
    this.#time = time;
    this.#digest = hashOf(JSON.stringify([this.#digest, orgSeq, time, org, changes]));

    const operations: PlannedOperation[] = [];
    const skipped: number[] = [];
    for (const [index, operation] of changes.entries()) {
      const place = index + 1;
      const command = this.#apply(operation, place, (code, problem) => {
        throw new ImportRefused(code, lineNumber, place, problem);
      });
      if (command === null) skipped.push(place);
      else operations.push({ place, user: 'user' in operation ? operation.user : null, command });
    }
    return { lineNumber, org, sequence: orgSeq, occurredAt: time, operations, skipped, digest: this.#digest };
  }

  /** Checks and carries out one operation here; returns the command that does it in the account. */
  #apply(operation: Operation, place: number, refuse: Refuse): PlannedOperation['command'] | null {
    switch (operation.op) {
      case 'add': {
        const { user, role } = operation;
        if (this.#members.has(user)) refuse('ALREADY_MEMBER', `${user} is in ${this.org} already`);
        this.#members.set(user, role);
        return ({ userId, newId }) => ({
          type: 'addUser',
          userId,
          membershipId: newId(),
          kind: 'STANDARD',
          role: roleOf[role],
          permissions: [],
          groupIds: [],
        });
      }
      case 'role': {
        const { user, from, to } = operation;
        const role = this.#members.get(user) ?? refuse('NOT_A_MEMBER', `${user} is not in ${this.org}`);
        if (role !== from) refuse('STALE_VALUE', `${user} is ${role}, not ${from}`);
        this.#members.set(user, to);
        return ({ userId }) => ({ type: 'changeRole', userId, role: roleOf[to], expectedRole: roleOf[from] });
      }
      case 'remove': {
        const { user } = operation;
        if (!this.#members.delete(user)) refuse('NOT_A_MEMBER', `${user} is not in ${this.org}`);
        // The account puts a leaver out of all groups; a history that relies on it stays consistent here too.
        for (const team of this.#teams.values()) team.members.delete(user);
        return ({ userId }) => ({
          type: 'removeUser',
          userId,
          confirmation: { confirmed: true, previewToken: null, phrase: null },
          successors: { forAll: null, each: [] },
        });
      }
      case 'team_create': {
        const { team, parent } = operation;
        if (this.#teams.has(team)) refuse('GROUP_NAME_TAKEN', `there is a team ${team} already`);
        const parentId = this.#groupIdOf(parent, refuse);
        const { source, org } = this;
        const groupId = importedGroupId({ source, org, team, orgSeq: this.#sequence, operation: place });
        this.#teams.set(team, { groupId, parent, members: new Map() });
        return () => ({ type: 'createGroup', groupId, name: team, parentId });
      }
      case 'team_move': {
        const team = this.#team(operation.team, refuse);
        if (team.parent !== operation.from)
          refuse('STALE_VALUE', `${operation.team} is under ${team.parent}, not under ${operation.from}`);
        const parentId = this.#groupIdOf(operation.to, refuse);
        this.#teams.set(operation.team, { ...team, parent: operation.to });
        return () => ({ type: 'moveGroup', groupId: team.groupId, parentId });
      }
      case 'team_delete': {
        const { groupId, members } = this.#team(operation.team, refuse);
        if (members.size > 0)
          refuse(
            'INVALID_INPUT',
            `${operation.team} still has ${members.size} members; they leave before it ends`,
          );
        this.#teams.delete(operation.team);
        return () => ({ type: 'deleteGroup', groupId });
      }
      case 'team_add': {
        const { user, role } = operation;
        const { groupId, members } = this.#team(operation.team, refuse);
        if (!this.#members.has(user)) refuse('NOT_A_MEMBER', `${user} is not in ${this.org}`);
        if (members.has(user)) refuse('ALREADY_MEMBER', `${user} is in ${operation.team} already`);
        members.set(user, role);
        return ({ userId }) => ({ type: 'addGroupMember', groupId, userId, role: groupRoleOf[role] });
      }
      case 'team_role': {
        const { user, from, to } = operation;
        const { groupId, members } = this.#team(operation.team, refuse);
        const role = members.get(user) ?? refuse('NOT_A_MEMBER', `${user} is not in ${operation.team}`);
        if (role !== from) refuse('STALE_VALUE', `${user} is ${role} of ${operation.team}, not ${from}`);
        members.set(user, to);
        return ({ userId }) => ({
          type: 'changeGroupRole',
          groupId,
          userId,
          role: groupRoleOf[to],
          expectedRole: groupRoleOf[from],
        });
      }
      case 'team_remove': {
        const { user } = operation;
        const { groupId, members } = this.#team(operation.team, refuse);
        if (!members.delete(user)) refuse('NOT_A_MEMBER', `${user} is not in ${operation.team}`);
        return ({ userId }) => ({ type: 'removeGroupMember', groupId, userId });
      }
      case 'repo_grant':
      case 'repo_level':
      case 'repo_revoke':
        this.#team(operation.team, refuse);
        return null;
    }
  }

  #team(name: string, refuse: Refuse): Team {
    return this.#teams.get(name) ?? refuse('NOT_FOUND', `there is no team ${name} in ${this.org}`);
  }

  #groupIdOf(name: string | null, refuse: Refuse): string | null {
    return name === null ? null : this.#team(name, refuse).groupId;
  }
}

type Refuse = (code: RejectionCode, problem: string) => never;

const roleOf: Readonly<Record<OrganisationRole, Role>> = { admin: 'OWNER', member: 'CONTRIBUTOR' };
const groupRoleOf: Readonly<Record<TeamRole, GroupRole>> = { maintainer: 'MAINTAINER', member: 'MEMBER' };
