import { expect } from 'chai';
import { HistoryReader } from '../../src/application/import/history-reader.js';
import { parseChangeSet } from '../../src/application/import/parse-change-set.js';
import {
  add,
  historyOf,
  remove,
  role,
  smallHistory,
  teamAdd,
  teamCreate,
  teamDelete,
  teamMove,
  teamRemove,
  teamRole,
} from './history.js';

const good = {
  seq: 1,
  org_seq: 1,
  time: '2019-01-01T00:00:00.000Z',
  org: 'acme',
  changes: [add('ann', 'admin')],
};

describe('reading a line of a history', () => {
  it('takes every operation of the format', () => {
    for (const [index, line] of smallHistory.entries())
      expect(() => parseChangeSet(line, index + 1)).not.to.throw();
  });

  const refused: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'not JSON': ['{"seq":1,', /^line 7: UNREADABLE: is not JSON, or was cut off/],
    'not an object': [[1], /is not a JSON object/],
    'a missing field': [{ ...good, org: undefined }, /the field "org" is missing/],
    'an unknown field': [{ ...good, extra: 1 }, /unknown field "extra"/],
    'a number that is none': [{ ...good, seq: '1' }, /"seq" must be a whole number from 1, not "1"/],
    'a number below 1': [{ ...good, org_seq: 0 }, /"org_seq" must be a whole number from 1/],
    'a time of another form': [{ ...good, time: '2019-01-01' }, /"time" must be a time like/],
    'a time that does not exist': [
      { ...good, time: '2019-13-01T00:00:00.000Z' },
      /"time" must be a time like/,
    ],
    'a day that does not exist': [
      { ...good, time: '2019-02-30T00:00:00.000Z' },
      /"time" must be a time like/,
    ],
    'a name with line breaks': [{ ...good, org: 'a\nb' }, /"org" must be 1 to 200 characters on one line/],
    'an endless name': [{ ...good, org: 'x'.repeat(201) }, /"org" must be 1 to 200 characters/],
    'no changes': [{ ...good, changes: [] }, /"changes" must be a list that is not empty/],
    'an unknown operation': [
      { ...good, changes: [add('ann', 'admin'), { op: 'promote', user: 'ann' }] },
      /^line 7, operation 2: UNREADABLE: unknown op "promote"/,
    ],
    'an unknown role': [
      { ...good, changes: [add('ann', 'owner')] },
      /operation 1: .*one of admin, member, not "owner"/,
    ],
    'a field of the wrong type': [
      { ...good, changes: [{ op: 'add', user: 7, role: 'admin' }] },
      /"user" must be a string, not 7/,
    ],
    'an unknown field in an operation': [
      { ...good, changes: [{ ...remove('ann'), team: 'x' }] },
      /unknown field "team"/,
    ],
    'an empty change': [
      { ...good, changes: [role('ann', 'admin', 'admin')] },
      /"from" and "to" are both "admin"/,
    ],
    'a team role that is none': [
      { ...good, changes: [teamAdd('core', 'ann', 'admin')] },
      /one of maintainer, member/,
    ],
  };
  for (const [what, [line, message]] of Object.entries(refused))
    it(`refuses ${what}, naming the line`, () => {
      const text = typeof line === 'string' ? line : JSON.stringify(line);
      expect(() => parseChangeSet(text, 7)).to.throw(message);
      expect(() => parseChangeSet(text, 7)).to.throw(/^line 7/);
    });
});

describe('following a history', () => {
  const first = [
    add('ann', 'admin'),
    add('bob'),
    teamCreate('core'),
    teamCreate('web', 'core'),
    teamAdd('core', 'ann', 'maintainer'),
  ];
  const broken: Readonly<Record<string, readonly [Readonly<Record<string, unknown>>, RegExp]>> = {
    'adds someone twice': [add('bob'), /ALREADY_MEMBER: bob is in acme already/],
    'removes someone absent': [remove('zoe'), /NOT_A_MEMBER: zoe is not in acme/],
    'changes the role of someone absent': [role('zoe', 'member', 'admin'), /NOT_A_MEMBER/],
    'changes a role from another one': [
      role('bob', 'admin', 'member'),
      /STALE_VALUE: bob is member, not admin/,
    ],
    'makes a team twice': [teamCreate('core'), /GROUP_NAME_TAKEN/],
    'puts a team under an unknown one': [teamCreate('new', 'nowhere'), /NOT_FOUND: there is no team nowhere/],
    'moves a team from elsewhere': [
      teamMove('web', null, 'core'),
      /STALE_VALUE: web is under core, not under null/,
    ],
    'ends an unknown team': [teamDelete('nowhere'), /NOT_FOUND/],
    'ends a team with people in it': [teamDelete('core'), /INVALID_INPUT: core still has 1 members/],
    'puts an outsider into a team': [teamAdd('core', 'zoe'), /NOT_A_MEMBER: zoe is not in acme/],
    'puts someone into a team twice': [teamAdd('core', 'ann'), /ALREADY_MEMBER/],
    'changes a team role from another one': [teamRole('core', 'ann', 'member', 'maintainer'), /STALE_VALUE/],
    'takes someone out of a team he is not in': [
      teamRemove('core', 'bob'),
      /NOT_A_MEMBER: bob is not in core/,
    ],
  };
  for (const [what, [operation, message]] of Object.entries(broken))
    it(`refuses one that ${what}, naming line and operation`, () => {
      const lines = historyOf([{ changes: first }, { changes: [add('dan'), operation] }]);
      expect(() => readAll(lines)).to.throw(message);
      expect(() => readAll(lines)).to.throw(/^line 2, operation 2: /);
    });

  it('refuses a missing line', () => {
    expect(() => readAll(smallHistory.filter((_, index) => index !== 2))).to.throw(
      /^line 3: IMPORT_OUT_OF_SEQUENCE: seq 4/,
    );
  });

  it('refuses a gap within an organisation', () => {
    const lines = [JSON.stringify(good), JSON.stringify({ ...good, seq: 2, org_seq: 3 })];
    expect(() => readAll(lines)).to.throw(
      /^line 2: IMPORT_OUT_OF_SEQUENCE: org_seq 3 of acme cannot follow 1/,
    );
  });

  it('refuses time that goes backwards', () => {
    const earlier = { ...good, seq: 2, org_seq: 2, time: '2018-01-01T00:00:00.000Z', changes: [add('bob')] };
    expect(() => readAll([JSON.stringify(good), JSON.stringify(earlier)])).to.throw(
      /^line 2: OCCURRED_OUT_OF_ORDER/,
    );
  });

  it('gives a team that comes back under its old name another id', () => {
    const ids = readAll(smallHistory)
      .flatMap(({ operations }) =>
        operations.map(({ command }) => command({ userId: 'u', newId: () => 'n' })),
      )
      .flatMap((command) =>
        command.type === 'createGroup' && command.name === 'web' ? [command.groupId] : [],
      );
    expect(new Set(ids)).to.have.length(2);
    expect(ids).to.have.length(2);
  });

  it('makes the same digest of the same history, however it is written down', () => {
    const spaced = smallHistory.map((line) =>
      JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ' '),
    );
    expect(readAll(spaced).map(({ digest }) => digest)).to.deep.equal(
      readAll(smallHistory).map(({ digest }) => digest),
    );
  });
});

function readAll(lines: readonly string[]) {
  const reader = new HistoryReader('test');
  return lines.map((text, index) => reader.read({ lineNumber: index + 1, text }));
}
