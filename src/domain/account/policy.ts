/** An account's rules, event-sourced and versioned; every decision names the version it was made under. */
export interface AccountPolicy {
  /** Ending operations this account offers; DEACTIVATE includes reactivating (D3-36). */
  readonly operationsOffered: readonly EndingOperation[];
  /** DELETE only after DEACTIVATE (PP-6, D3-17). */
  readonly deletionRequiresInactive: boolean;
  /** All ending operations on oneself, leaving too (SW-7, SW-20, D3-29). */
  readonly selfRemoval: 'FORBIDDEN' | 'UNLESS_LAST_OWNER';
  /** How content is labelled after DELETE (D3-10). */
  readonly attributionAfterDelete: AttributionAfterDelete;
  /** Who may end and reactivate memberships: holders of users.manage, or OWNER and ADMIN (SO-1, SW-1). */
  readonly lifecycleAuthority: 'PERMISSION' | 'ROLE';
  /** Nobody acts on a higher rank (D3-12). */
  readonly rankGuard: boolean;
  /** Adding and inviting need at least one group (SW-16). */
  readonly groupRequired: boolean;
  /** An ADMIN may act on another ADMIN (D3-13). */
  readonly adminManagesAdmins: boolean;
  /** An OWNER may act on another, not last, OWNER (D3-30). */
  readonly ownerManagesOwners: boolean;
  /** What happens to contact duties when their holder's membership ends or is deactivated. */
  readonly responsibilities: Readonly<Record<EndingOperation, 'REQUIRE_REASSIGN' | 'ALLOW_VACANT'>>;
  readonly ssoCutoffOnDeactivate: 'IMMEDIATE' | 'AT_SESSION_END';
  /** Longest time access may outlast deactivation under AT_SESSION_END, in seconds; null = no maximum (D3-23). */
  readonly ssoCutoffMaximumSeconds: number | null;
  /** Mail the person removed (SW-11). */
  readonly notifyOnRemove: boolean;
  /** A bulk selection in which some items cannot be acted on (D3-18). */
  readonly bulkMixedSelection: 'REJECT' | 'SKIP_INAPPLICABLE';
  /** Most items of one bulk operation (PP-13). */
  readonly bulkLimit: number;
  /** What a caller must send along so that a slip of the hand changes nothing (SO-8, PP-11). */
  readonly confirmation: Readonly<Record<ConfirmedOperation, { single: Confirmation; bulk: Confirmation }>>;
  readonly seatEnforcement: 'HARD' | 'OFF';
  readonly invitationReservesSeat: boolean;
  /** How long an invitation can be accepted, in seconds (SW-15). */
  readonly invitationTtlSeconds: number;
  /** Members whose state a directory owns (PP-15). */
  readonly directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED' | 'LOCAL_CHANGES_FORBIDDEN';
}

export const attributionsAfterDelete = ['KEEP_NAME', 'PSEUDONYM', 'ANONYMOUS'] as const;
export type AttributionAfterDelete = (typeof attributionsAfterDelete)[number];

export const endingOperations = ['REMOVE', 'DEACTIVATE', 'DELETE'] as const;
export type EndingOperation = (typeof endingOperations)[number];

export const confirmedOperations = ['REMOVE', 'DEACTIVATE', 'REACTIVATE', 'DELETE'] as const;
export type ConfirmedOperation = (typeof confirmedOperations)[number];

export const confirmations = ['NONE', 'FLAG', 'PREVIEW_TOKEN', 'TYPED_PHRASE'] as const;
export type Confirmation = (typeof confirmations)[number];

export const policyPresets = [
  'DEFAULT',
  'SUPEROFFICE',
  'SOFTWAREONE',
  'DOCUMENT360',
  'PARTNER_PORTAL',
] as const;
export type PolicyPreset = (typeof policyPresets)[number];

const SEVEN_DAYS_SECONDS = 7 * 24 * 3600;
const flag = { single: 'FLAG', bulk: 'FLAG' } as const;
const none = { single: 'NONE', bulk: 'NONE' } as const;
const allRequired = {
  REMOVE: 'REQUIRE_REASSIGN',
  DEACTIVATE: 'REQUIRE_REASSIGN',
  DELETE: 'REQUIRE_REASSIGN',
} as const;
const allVacant = { REMOVE: 'ALLOW_VACANT', DEACTIVATE: 'ALLOW_VACANT', DELETE: 'ALLOW_VACANT' } as const;

/** The strict default; what a source system is silent about, its preset takes from here. */
const defaultPolicy: AccountPolicy = {
  operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'],
  deletionRequiresInactive: true,
  selfRemoval: 'FORBIDDEN',
  attributionAfterDelete: 'PSEUDONYM',
  lifecycleAuthority: 'PERMISSION',
  rankGuard: true,
  groupRequired: false,
  adminManagesAdmins: false,
  ownerManagesOwners: true,
  responsibilities: allRequired,
  ssoCutoffOnDeactivate: 'IMMEDIATE',
  ssoCutoffMaximumSeconds: null,
  notifyOnRemove: true,
  bulkMixedSelection: 'REJECT',
  bulkLimit: 1000,
  confirmation: {
    REMOVE: flag,
    DEACTIVATE: flag,
    REACTIVATE: flag,
    DELETE: { single: 'PREVIEW_TOKEN', bulk: 'PREVIEW_TOKEN' },
  },
  seatEnforcement: 'OFF',
  invitationReservesSeat: true,
  invitationTtlSeconds: SEVEN_DAYS_SECONDS,
  directoryManagedUsers: 'LOCAL_CHANGES_FORBIDDEN',
};

const allFlag = { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: flag, DELETE: flag };

/** The four source systems as data. */
export const presets: Readonly<Record<PolicyPreset, AccountPolicy>> = {
  DEFAULT: defaultPolicy,
  SUPEROFFICE: {
    ...defaultPolicy,
    operationsOffered: ['REMOVE'],
    rankGuard: false,
    adminManagesAdmins: true,
    notifyOnRemove: false,
    confirmation: allFlag,
    directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED',
  },
  SOFTWAREONE: {
    ...defaultPolicy,
    operationsOffered: ['REMOVE'],
    lifecycleAuthority: 'ROLE',
    groupRequired: true,
    adminManagesAdmins: true,
    responsibilities: allVacant,
    confirmation: allFlag,
    directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED',
  },
  DOCUMENT360: {
    ...defaultPolicy,
    operationsOffered: ['DEACTIVATE', 'DELETE'],
    deletionRequiresInactive: false,
    selfRemoval: 'UNLESS_LAST_OWNER',
    attributionAfterDelete: 'KEEP_NAME',
    responsibilities: allVacant,
    ssoCutoffOnDeactivate: 'AT_SESSION_END',
    notifyOnRemove: false,
    confirmation: allFlag,
    seatEnforcement: 'HARD',
    invitationReservesSeat: false,
    directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED',
  },
  PARTNER_PORTAL: {
    ...defaultPolicy,
    operationsOffered: ['DEACTIVATE', 'DELETE'],
    attributionAfterDelete: 'KEEP_NAME',
    adminManagesAdmins: true,
    responsibilities: allVacant,
    notifyOnRemove: false,
    bulkMixedSelection: 'SKIP_INAPPLICABLE',
    confirmation: {
      REMOVE: none,
      DEACTIVATE: { single: 'NONE', bulk: 'TYPED_PHRASE' },
      REACTIVATE: none,
      DELETE: none,
    },
  },
};
