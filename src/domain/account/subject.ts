import type { AccountEvent } from './events.js';

/** The person an event is about; of a handed-over duty, the one who had it. */
export const subjectOf = (event: AccountEvent): string | null => {
  switch (event.type) {
    case 'UserAdded':
    case 'UserRejoined':
    case 'UserRemoved':
    case 'UserLeft':
    case 'UserDeactivated':
    case 'UserReactivated':
    case 'UserDeleted':
    case 'RoleChanged':
    case 'PermissionsGranted':
    case 'PermissionsRevoked':
    case 'GroupMemberAdded':
    case 'GroupRoleChanged':
    case 'GroupMemberRemoved':
    case 'ContactAssigned':
    case 'MembershipPeriodCorrected':
      return event.data.userId;
    case 'ContactReassigned':
    case 'ContactVacated':
      return event.data.fromUserId;
    case 'AccountOpened':
    case 'OperatorLinked':
    case 'OperatorUnlinked':
    case 'PolicyChanged':
    case 'GroupCreated':
    case 'GroupRenamed':
    case 'GroupMoved':
    case 'GroupDeleted':
    case 'ApplicationRegistered':
    case 'ApplicationRetired':
    case 'ChangeSetImported':
      return null;
  }
};
