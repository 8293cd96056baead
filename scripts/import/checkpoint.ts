import { ImportRefused } from '../../src/application/import/import-refused.js';

/** What another program says one organisation was at one moment. */
export interface Checkpoint {
  readonly lineNumber: number;
  readonly org: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly state: OrganisationState;
}

/** Who was in and in which team; users by the names of the source, all lists sorted. */
export interface OrganisationState {
  readonly admins: readonly string[];
  readonly members: readonly string[];
  readonly teams: ReadonlyMap<string, TeamState>;
}

export interface TeamState {
  readonly parent: string | null;
  readonly maintainers: readonly string[];
  readonly members: readonly string[];
}

/**
 * Repositories are not looked at.
 * @throws ImportRefused naming the line
 */
export function parseCheckpoint(text: string, lineNumber: number): Checkpoint {
  const refuse = (problem: string): never => {
    throw new ImportRefused('UNREADABLE', lineNumber, null, `of the checkpoints ${problem}`);
  };
  const line = record(parsed(text) ?? refuse('is not JSON, or was cut off'), refuse, 'the line');
  const at = typeof line.at === 'string' ? Date.parse(line.at) : Number.NaN;
  if (Number.isNaN(at)) refuse('has no time "at"');
  const org = typeof line.org === 'string' ? line.org : refuse('has no "org"');
  const teams = Object.entries(record(line.teams, refuse, '"teams"')).map(
    ([name, value]): [string, TeamState] => {
      const team = record(value, refuse, `team ${name}`);
      if (team.parent !== undefined && typeof team.parent !== 'string')
        refuse(`has a wrong parent of team ${name}`);
      return [
        name,
        {
          parent: team.parent === undefined ? null : String(team.parent),
          maintainers: names(team.maintainers, refuse, `maintainers of ${name}`),
          members: names(team.members, refuse, `members of ${name}`),
        },
      ];
    },
  );
  const state = {
    admins: names(line.admins, refuse, '"admins"'),
    members: names(line.members, refuse, '"members"'),
    teams: new Map(teams),
  };
  return { lineNumber, org, at, state };
}

type Refuse = (problem: string) => never;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function record(value: unknown, refuse: Refuse, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  return refuse(`: ${what} is not a JSON object`);
}

function names(value: unknown, refuse: Refuse, what: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return [...value].sort();
  return refuse(`: ${what} is not a list of names`);
}
