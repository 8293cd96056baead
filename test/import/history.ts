type Change = Readonly<Record<string, unknown>>;

const START = Date.parse('2019-01-01T00:00:00.000Z');

/** Writes a history as its format wants it: numbers and times are given, one change set a line. */
export function historyOf(
  sets: readonly { readonly org?: string; readonly changes: readonly Change[] }[],
): string[] {
  const orgSeqs = new Map<string, number>();
  return sets.map(({ org = 'acme', changes }, index) => {
    const orgSeq = (orgSeqs.get(org) ?? 0) + 1;
    orgSeqs.set(org, orgSeq);
    const time = new Date(START + index * 60_000).toISOString();
    return JSON.stringify({ seq: index + 1, org_seq: orgSeq, time, org, changes });
  });
}

export const add = (user: string, role = 'member'): Change => ({ op: 'add', user, role });
export const remove = (user: string): Change => ({ op: 'remove', user });
export const role = (user: string, from: string, to: string): Change => ({ op: 'role', user, from, to });
export const teamCreate = (team: string, parent?: string): Change => ({
  op: 'team_create',
  team,
  ...(parent === undefined ? {} : { parent }),
});
export const teamMove = (team: string, from: string | null, to: string | null): Change => ({
  op: 'team_move',
  team,
  from,
  to,
});
export const teamDelete = (team: string): Change => ({ op: 'team_delete', team });
export const teamAdd = (team: string, user: string, as = 'member'): Change => ({
  op: 'team_add',
  team,
  user,
  role: as,
});
export const teamRole = (team: string, user: string, from: string, to: string): Change => ({
  op: 'team_role',
  team,
  user,
  from,
  to,
});
export const teamRemove = (team: string, user: string): Change => ({ op: 'team_remove', team, user });
export const repoGrant = (team: string, repo: string): Change => ({
  op: 'repo_grant',
  team,
  repo,
  level: 'read',
});

/** Every operation once, in two organisations that share a person; a deleted team name comes back. */
export const smallHistory = historyOf([
  {
    changes: [
      add('ann', 'admin'),
      add('bob'),
      teamCreate('core'),
      teamCreate('web', 'core'),
      teamAdd('core', 'ann', 'maintainer'),
    ],
  },
  { org: 'beta', changes: [add('cat', 'admin'), add('ann')] },
  { changes: [role('bob', 'member', 'admin'), teamAdd('web', 'bob'), repoGrant('web', 'site')] },
  { changes: [teamMove('web', 'core', null), teamRole('web', 'bob', 'member', 'maintainer'), add('dan')] },
  { org: 'beta', changes: [remove('ann')] },
  { changes: [repoGrant('core', 'kernel')] },
  { changes: [teamRemove('web', 'bob'), teamDelete('web'), remove('bob')] },
  { changes: [add('bob'), teamCreate('web'), teamAdd('web', 'bob')] },
]);
