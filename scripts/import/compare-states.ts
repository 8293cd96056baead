import type { OrganisationState } from './checkpoint.js';

/** Sentences, one for each thing that differs; empty when the states are equal. */
export function differences(expected: OrganisationState, found: OrganisationState): readonly string[] {
  return [
    ...listDifferences('admins', expected.admins, found.admins),
    ...listDifferences('members', expected.members, found.members),
    ...listDifferences('teams', [...expected.teams.keys()], [...found.teams.keys()]),
    ...[...expected.teams].flatMap(([name, team]) => {
      const other = found.teams.get(name);
      if (other === undefined) return [];
      return [
        ...(team.parent === other.parent
          ? []
          : [`parent of team ${name}: expected ${team.parent ?? 'none'}, found ${other.parent ?? 'none'}`]),
        ...listDifferences(`maintainers of team ${name}`, team.maintainers, other.maintainers),
        ...listDifferences(`members of team ${name}`, team.members, other.members),
      ];
    }),
  ];
}

const MOST_NAMED = 5;

function listDifferences(
  what: string,
  expected: readonly string[],
  found: readonly string[],
): readonly string[] {
  const missing = without(expected, found);
  const extra = without(found, expected);
  return [
    ...(missing.length === 0 ? [] : [`${what}: missing ${named(missing)}`]),
    ...(extra.length === 0 ? [] : [`${what}: not expected ${named(extra)}`]),
    ...(missing.length + extra.length === 0 && expected.length !== found.length
      ? [`${what}: some are there twice`]
      : []),
  ];
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}

function named(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${first} and ${names.length - MOST_NAMED} more` : first;
}
