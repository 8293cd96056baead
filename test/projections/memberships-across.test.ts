import { expect } from 'chai';
import type { AsOf } from '../../projections/queries/as-of.js';
import { notEndedStatuses } from '../../projections/queries/membership-filter.js';
import {
  type MembershipsAcross,
  membershipsAcross,
  membershipsAcrossCount,
} from '../../projections/queries/memberships-across.js';
import {
  membershipsAcrossAsOf,
  membershipsAcrossAsOfCount,
} from '../../projections/queries/memberships-across-as-of.js';
import { membershipsAsOf } from '../../projections/queries/memberships-as-of.js';
import type { PageRequest } from '../../projections/queries/page.js';
import type { ReadConnections } from '../../projections/read-connections.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { roles } from '../../src/domain/account/roles.js';
import { membershipStatuses } from '../../src/domain/account/state.js';
import { eventBuilder } from '../support/event-builder.js';
import { wholeOf } from '../support/whole-of.js';
import { accountOpened, day, invitedUntil, ms, snapshot, who } from './account-history.js';
import { MemoryLog } from './memory-log.js';
import { planOf } from './plan-of.js';
import { ReadModelFixture } from './read-model-fixture.js';

/** More than a page asks one by one. */
const OPERATED = 230;
/** More strangers in a row than a page walks past. */
const STRANGERS = 6_000;

interface Plain {
  readonly number: number;
  readonly accountId: string;
  readonly userId: string;
  readonly status: string;
  readonly role: string;
  readonly kind: string;
}

describe('memberships across accounts', function () {
  this.timeout(60_000);
  const fixture = new ReadModelFixture();
  let members: ReadConnections['members'];
  let everybody: readonly Plain[];

  before(async () => {
    const log = new MemoryLog();
    await fill(log);
    await fixture.catchUp(log);
    ({ members } = fixture.connect());
    everybody = members
      .prepare<[], Plain>(
        `SELECT join_number AS number, account_id AS accountId, user_id AS userId, status, role, kind
         FROM memberships ORDER BY join_number`,
      )
      .all();
  });
  after(() => fixture.close());

  const isOperated = ({ accountId }: Plain) => accountId.startsWith('operated');
  const isLiving = ({ status }: Plain) => status !== 'REMOVED' && status !== 'DELETED';
  /** What a viewer may see, found by looking at everybody. */
  const seen: Readonly<Record<string, (row: Plain) => boolean>> = {
    olga: (row) => isOperated(row) || row.accountId === 'op',
    paul: (row) => row.accountId === 'op',
    wanda: ({ accountId }) => accountId === 'op' || accountId === 'operated7',
    rick: () => false,
    nobody: () => false,
  };
  const filters: readonly [Partial<MembershipsAcross>, (row: Plain) => boolean][] = [
    [{}, isLiving],
    [{ role: ['OWNER'] }, (row) => isLiving(row) && row.role === 'OWNER'],
    [{ status: ['REMOVED', 'INVITED'] }, ({ status }) => status === 'REMOVED' || status === 'INVITED'],
    [
      { kind: ['SSO'], role: ['ADMIN', 'REVIEWER'] },
      (row) => isLiving(row) && row.kind === 'SSO' && row.role !== 'OWNER' && row.role !== 'CONTRIBUTOR',
    ],
    [
      { accountIds: ['operated3', 'operated4', 'strangers'] },
      (row) => isLiving(row) && ['operated3', 'operated4'].includes(row.accountId),
    ],
    [
      { status: membershipStatuses, kind: ['SSO', 'STANDARD'], role: ['ADMIN', 'OWNER'] },
      ({ role }) => role === 'OWNER' || role === 'ADMIN',
    ],
    [{ accountIds: [] }, () => false],
    [{ kind: ['SERVICE'] }, () => false],
  ];

  const all = (filter: MembershipsAcross, { limit = 60, fromEnd = false } = {}): number[] => {
    const found: number[] = [];
    for (let edge: number | null = null, hasMore = true; hasMore; ) {
      const page: PageRequest = { limit, fromEnd, [fromEnd ? 'before' : 'after']: edge };
      const { rows, hasMore: more } = membershipsAcross(members, filter, page);
      const numbers = rows.map((row) => row.number);
      if (fromEnd) found.unshift(...numbers);
      else found.push(...numbers);
      edge = (fromEnd ? numbers[0] : numbers.at(-1)) ?? null;
      hasMore = more;
    }
    return found;
  };

  for (const viewerUserId of ['olga', 'paul', 'wanda', 'rick', 'nobody'])
    for (const [filter, matches] of filters)
      it(`are those ${viewerUserId} may see, from either end, and counted: ${JSON.stringify(filter)}`, () => {
        const question = { viewerUserId, now: ms(3), ...filter };
        const expected = everybody
          .filter((row) => seen[viewerUserId]?.(row) === true && matches(row))
          .map((row) => row.number);
        expect(all(question)).to.deep.equal(expected);
        expect(all(question, { fromEnd: true })).to.deep.equal(expected);
        expect(membershipsAcrossCount(members, question)).to.equal(expected.length);
      });

  describe('as of a moment', () => {
    /** By each account's own list, which is held against a fold of its events elsewhere. */
    const listed = (viewerUserId: string, filter: Partial<MembershipsAcross>, asOf: AsOf) => {
      const { status = notEndedStatuses, role, kind, accountIds } = filter;
      const ids = new Set(
        everybody.filter((row) => seen[viewerUserId]?.(row) === true).map((row) => row.accountId),
      );
      return [...ids]
        .filter((accountId) => accountIds?.includes(accountId) ?? true)
        .flatMap((accountId) => {
          const narrowed = { accountId, status, ...(role === undefined ? {} : { role }) };
          return membershipsAsOf(members, narrowed, { asOf, page: { limit: 200 } }).rows;
        })
        .filter((row) => kind?.includes(row.kind) ?? true)
        .map((row) => row.number)
        .sort((a, b) => a - b);
    };
    const moments: readonly AsOf[] = [
      { at: ms(2), knownAt: ms(2) },
      { at: ms(9), knownAt: ms(9) },
      ...[40, 600, 6_600, 7_000].map((knownAtPosition) => ({
        at: ms(2),
        knownAt: Number.MAX_SAFE_INTEGER,
        knownSince: 0,
        knownAtPosition,
      })),
    ];
    const allThen = (question: MembershipsAcross, asOf: AsOf, { limit = 90, fromEnd = false } = {}) => {
      const found: number[] = [];
      for (let edge: number | null = null, hasMore = true; hasMore; ) {
        const page: PageRequest = { limit, fromEnd, [fromEnd ? 'before' : 'after']: edge };
        const then = wholeOf(membershipsAcrossAsOf(() => members, question, { asOf, page }));
        const numbers = then.rows.map((row) => row.number);
        if (fromEnd) found.unshift(...numbers);
        else found.push(...numbers);
        edge = (fromEnd ? numbers[0] : numbers.at(-1)) ?? null;
        hasMore = then.hasMore;
      }
      return found;
    };

    for (const viewerUserId of ['olga', 'paul', 'wanda', 'rick'])
      it(`are those that ${viewerUserId} may see today, from either end, and counted`, () => {
        let met = 0;
        for (const [filter] of filters)
          for (const asOf of moments) {
            const question = { viewerUserId, ...filter };
            const expected = listed(viewerUserId, filter, asOf);
            met += expected.length;
            expect(allThen(question, asOf), JSON.stringify([filter, asOf])).to.deep.equal(expected);
            expect(allThen(question, asOf, { fromEnd: true })).to.deep.equal(expected);
            expect(wholeOf(membershipsAcrossAsOfCount(() => members, question, asOf))).to.equal(
              expected.length,
            );
          }
        expect(met > 0).to.equal(viewerUserId !== 'rick');
      });

    it('let others go first, however few are found on a long way', () => {
      const question = { viewerUserId: 'olga', kind: ['SERVICE'] };
      const asOf = { at: ms(2), knownAt: ms(2) };
      const steps = [...membershipsAcrossAsOf(() => members, question, { asOf, page: { limit: 9 } })];
      expect(steps.length).to.be.greaterThan(3);
    });
  });

  it('are found by name, except under a name that a delete took away', () => {
    const found = (search: string, more: Partial<MembershipsAcross> = {}) =>
      membershipsAcross(members, { viewerUserId: 'olga', search, ...more }, { limit: 9 }).rows.map(
        (row) => `${row.accountId} ${row.userId} ${row.status}`,
      );
    const ended = { status: ['REMOVED', 'DELETED'] };
    expect(found('Known')).to.deep.equal(['operated1 known ACTIVE']);
    expect(found('kn')).to.deep.equal(found('Known'));
    expect(found('Known', ended)).to.deep.equal(['operated2 known REMOVED', 'operated4 known DELETED']);
    expect(found('kn', ended)).to.deep.equal(found('Known', ended));
    expect(membershipsAcrossCount(members, { viewerUserId: 'olga', search: 'Known', ...ended })).to.equal(2);
    expect(found('Known', { accountIds: ['operated2'] })).to.deep.equal([]);
    expect(
      membershipsAcross(members, { viewerUserId: 'paul', search: 'Known' }, { limit: 9 }).rows,
    ).to.deep.equal([]);
  });

  it('read as expired what has run out', () => {
    const statuses = (now: number) =>
      membershipsAcross(members, { viewerUserId: 'olga', status: ['INVITATION_EXPIRED'], now }, { limit: 3 })
        .rows;
    expect(statuses(ms(3))).to.deep.equal([]);
    expect(statuses(ms(9)).map((row) => row.status)).to.deep.equal([
      'INVITATION_EXPIRED',
      'INVITATION_EXPIRED',
      'INVITATION_EXPIRED',
    ]);
  });

  it('of many accounts are met on a walk, of few asked one by one', () => {
    const plan = (viewerUserId: string) =>
      planOf(fixture.folder, (db) => membershipsAcross(db, { viewerUserId }, { limit: 20 }));
    expect(plan('olga')).to.match(/^SEARCH m USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/m);
    expect(plan('olga')).to.not.match(/^SCAN m\b/m);
    expect(plan('paul')).to.match(/SEARCH m USING INDEX memberships_live \(account_id=\? AND rowid>\?/);
  });
});

/**
 * Olga operates; Paul is in the operator account without that right, Rick no longer is; Wanda is in two accounts. Between
 * the first people of the operated accounts and the later ones come more strangers than a walk passes.
 */
async function fill(log: MemoryLog): Promise<void> {
  const builders = new Map<string, ReturnType<typeof eventBuilder>>();
  const append = async (accountId: string, ...events: AccountEvent[]) => {
    const builder = builders.get(accountId) ?? eventBuilder({ accountId, clock: () => day(1) });
    builders.set(accountId, builder);
    await builder.append(log, events);
  };
  const joined = (accountId: string, userId: string, n = 3, permissions: string[] = []): AccountEvent => ({
    type: 'UserAdded',
    data: {
      ...who(userId, accountId),
      kind: n % 5 === 0 ? 'SSO' : 'STANDARD',
      role: roles[n % 4] ?? 'REVIEWER',
      permissions,
    },
  });
  const removed = (accountId: string, userId: string): AccountEvent => ({
    type: 'UserRemoved',
    data: { ...who(userId, accountId), snapshot },
  });
  await append(
    'op',
    accountOpened(),
    joined('op', 'olga', 3, ['accounts.operate']),
    joined('op', 'paul'),
    joined('op', 'wanda'),
  );
  await append('op', joined('op', 'rick', 3, ['accounts.operate']), removed('op', 'rick'));
  await append('strangers', accountOpened());
  const operated = Array.from({ length: OPERATED }, (_, n) => `operated${n}`);
  for (const [n, id] of operated.entries())
    await append(id, accountOpened({}, ['op']), joined(id, 'first', n), joined(id, 'second', n + 1));
  const strangers = Array.from({ length: STRANGERS }, (_, n) => joined('strangers', `s${n}`, n));
  await append('strangers', ...strangers);
  for (const [n, id] of operated.entries())
    await append(
      id,
      ...(n % 3 === 0 ? [removed(id, 'first')] : []),
      joined(id, 'third', n + 2),
      ...(n % 10 === 0 ? [invitedUntil('fourth', 9, id)] : []),
      ...(n === 7 ? [joined(id, 'wanda')] : []),
    );
  for (const n of [1, 2, 3, 4]) await append(`operated${n}`, joined(`operated${n}`, 'known'));
  await append('operated2', removed('operated2', 'known'));
  for (const [n, attribution] of [
    [3, 'ANONYMOUS'],
    [4, 'KEEP_NAME'],
  ] as const)
    await append(`operated${n}`, {
      type: 'UserDeleted',
      data: { ...who('known', `operated${n}`), snapshot, attribution },
    });
  const person = eventBuilder({ accountId: null, stream: 'user-known', clock: () => day(1) });
  const sealedProfile = JSON.stringify({ name: 'Known Person', email: null });
  await person.append(log, [{ type: 'UserRegistered', data: { userId: 'known', sealedProfile } }]);
}
