/** Everything that changed in one organisation at one moment; applied as a unit. */
export interface ChangeSet {
  /** Number within the file, from 1, without gaps. */
  readonly seq: number;
  /** Number within the organisation, from 1, without gaps. */
  readonly orgSeq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly org: string;
  readonly changes: readonly Operation[];
}

export type Operation =
  | { readonly op: 'add'; readonly user: string; readonly role: OrganisationRole }
  | {
      readonly op: 'role';
      readonly user: string;
      readonly from: OrganisationRole;
      readonly to: OrganisationRole;
    }
  | { readonly op: 'remove'; readonly user: string }
  | { readonly op: 'team_create'; readonly team: string; readonly parent: string | null }
  | {
      readonly op: 'team_move';
      readonly team: string;
      readonly from: string | null;
      readonly to: string | null;
    }
  | { readonly op: 'team_delete'; readonly team: string }
  | { readonly op: 'team_add'; readonly team: string; readonly user: string; readonly role: TeamRole }
  | {
      readonly op: 'team_role';
      readonly team: string;
      readonly user: string;
      readonly from: TeamRole;
      readonly to: TeamRole;
    }
  | { readonly op: 'team_remove'; readonly team: string; readonly user: string }
  /** Muster has no use for the repositories of a team; they are checked, counted and skipped. */
  | { readonly op: 'repo_grant' | 'repo_level' | 'repo_revoke'; readonly team: string };

export type OrganisationRole = 'admin' | 'member';
export type TeamRole = 'maintainer' | 'member';
