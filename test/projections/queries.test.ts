import { expect } from 'chai';
import { auditLogCount, auditLogPage } from '../../projections/queries/audit-log.js';
import {
  membershipsCount,
  membershipsPage,
  notEndedStatuses,
} from '../../projections/queries/memberships.js';
import type { PageRequest } from '../../projections/queries/page.js';
import { personNames } from '../../projections/queries/people.js';
import type { ReadConnections } from '../../projections/read-connections.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { presets } from '../../src/domain/account/policy.js';
import { membershipStatuses } from '../../src/domain/account/state.js';
import { eventBuilder, uuidOf } from '../support/event-builder.js';
import { MemoryLog } from './memory-log.js';
import { auditPlanOf, planOf } from './plan-of.js';
import { ReadModelFixture } from './read-model-fixture.js';

const PEOPLE = 25;
const names = ['Ann Ash', 'Ben Birch', 'Cy', 'Dora "Dot" Elm', 'Eve 100%'];
/** An hour per event. */
let hours = 0;
const clock = () => {
  hours += 1;
  return new Date(Date.UTC(2024, 0, 1, hours)).toISOString();
};
const roles = ['OWNER', 'ADMIN', 'CONTRIBUTOR', 'REVIEWER'] as const;

describe('lists', () => {
  const fixture = new ReadModelFixture();
  let { members, audit } = {} as ReadConnections;

  before(async () => {
    const log = new MemoryLog();
    await fill(log);
    await fixture.catchUp(log);
    ({ members, audit } = fixture.connect());
  });
  after(() => fixture.close());

  const users = (
    filter: Omit<Parameters<typeof membershipsPage>[1], 'accountId'>,
    page: PageRequest = { limit: 50 },
  ) => membershipsPage(members, { accountId: 'a1', ...filter }, page).rows.map((row) => row.userId);
  const count = (filter: Omit<Parameters<typeof membershipsPage>[1], 'accountId'>) =>
    membershipsCount(members, { accountId: 'a1', ...filter });

  describe('of memberships', () => {
    it('come in the order of joining, those who have not ended, of this account only', () => {
      const everybody = Array.from({ length: PEOPLE }, (_, n) => `u${n}`);
      expect(users({})).to.deep.equal(everybody.filter((_, n) => n % 7 !== 3));
      expect(count({})).to.equal(users({}).length);
      expect(users({ status: notEndedStatuses })).to.deep.equal(users({}));
      expect(users({ status: membershipStatuses })).to.deep.equal(everybody);
      expect(count({ status: membershipStatuses })).to.equal(PEOPLE);
    });

    it('read their page straight from an index, without sorting it', () => {
      const plan = (filter: object) =>
        planOf(fixture.folder, (db) => membershipsPage(db, { accountId: 'a1', ...filter }, { limit: 50 }));
      for (const filter of [{}, { status: notEndedStatuses }])
        expect(plan(filter))
          .to.match(/^SEARCH m USING INDEX memberships_live \(account_id=\? AND rowid>\? AND rowid<\?\)$/m)
          .and.not.match(/TEMP B-TREE/);
      expect(plan({ status: membershipStatuses, kind: ['SSO'] })).to.match(
        /INDEX memberships_by_kind \(account_id=\? AND kind=\?/,
      );
      // Of each status and role the first few, which are sorted together.
      expect(plan({ status: ['INVITED', 'FROZEN'], role: ['OWNER'] }))
        .to.match(
          /SEARCH f USING (COVERING )?INDEX memberships_by_status \(account_id=\? AND status=\? AND role=\? AND rowid>\?/,
        )
        .and.match(/^SEARCH m USING INTEGER PRIMARY KEY/m);
    });

    for (const filter of [
      {},
      { status: ['ACTIVE'] },
      { role: ['ADMIN', 'OWNER'] },
      { search: 'Birch' },
      { search: 'cy' },
      { groupId: 'g' },
    ])
      it(`are the same page by page, forwards and backwards: ${JSON.stringify(filter)}`, () => {
        const all = membershipsPage(members, { accountId: 'a1', ...filter }, { limit: 50 }).rows;
        expect(all).to.have.length(count(filter)).above(2);
        for (const fromEnd of [false, true]) {
          const found: (typeof all)[number][] = [];
          for (let edge: number | null = null, hasMore = true; hasMore; ) {
            const page = membershipsPage(
              members,
              { accountId: 'a1', ...filter },
              { limit: 2, fromEnd, after: fromEnd ? null : edge, before: fromEnd ? edge : null },
            );
            if (fromEnd) found.unshift(...page.rows);
            else found.push(...page.rows);
            edge = (fromEnd ? page.rows[0] : page.rows.at(-1))?.number ?? null;
            hasMore = page.hasMore;
          }
          expect(found).to.deep.equal(all);
        }
      });

    it('are filtered by status and role', () => {
      expect(users({ status: ['INACTIVE'] })).to.deep.equal(['u1', 'u8', 'u15', 'u22']);
      expect(users({ status: ['INACTIVE', 'REMOVED'], role: ['OWNER'] })).to.deep.equal(
        ['u3', 'u8', 'u10', 'u17', 'u22', 'u24'].filter((id) => Number(id.slice(1)) % 4 === 0),
      );
      expect(users({ status: [] })).to.deep.equal([]);
      expect(users({ kind: ['STANDARD'], role: ['OWNER'] })).to.deep.equal(users({ role: ['OWNER'] }));
      expect(users({ kind: ['SSO', 'READER'] })).to.deep.equal([]);
      expect(users({ status: ['NONSENSE', 'ACTIVE', 'ACTIVE'] })).to.have.length(
        count({ status: ['ACTIVE'] }),
      );
    });

    it('are searched by any part of name or address, without regard to case', () => {
      const found = (search: string) => users({ search, status: membershipStatuses });
      expect(found('BIRCH')).to.deep.equal(['u1', 'u6', 'u11', 'u16', 'u21']);
      expect(found('u7@exam')).to.deep.equal(['u7']);
      expect(found('cy')).to.deep.equal(['u2', 'u7', 'u12', 'u17', 'u22']);
      expect(found('"dot"')).to.deep.equal(['u3', 'u8', 'u13', 'u18', 'u23']);
      expect(found('0%')).to.deep.equal(['u4', 'u9', 'u14', 'u19', 'u24']);
      expect(found('%')).to.have.length(5);
      expect(found('_')).to.deep.equal([]);
      expect(found('OR 1=1 NEAR *')).to.deep.equal([]);
      expect(users({ search: 'cy' })).to.deep.equal(['u2', 'u7', 'u12', 'u22']);
      expect(users({ search: 'Birch', status: ['INACTIVE'] })).to.deep.equal(['u1']);
      expect(users({ search: 'Birch', groupId: 'g' })).to.deep.equal(['u6', 'u16']);
    });

    it('of a large group are found on the way through the account', () => {
      const crowd = (filter: object, page: PageRequest) =>
        membershipsPage(members, { accountId: 'a3', ...filter }, page).rows.map((row) => row.userId);
      const inGroup = { groupId: 'crowd' };
      expect(crowd(inGroup, { limit: 3 })).to.deep.equal(['c0', 'c2', 'c4']);
      expect(crowd(inGroup, { limit: 2, fromEnd: true })).to.deep.equal(['c2196', 'c2198']);
      expect(membershipsCount(members, { accountId: 'a3', ...inGroup })).to.equal(1100);
    });

    it('have at most 200 rows a page', () => {
      expect(() => users({}, { limit: 201 })).to.throw(RangeError);
      expect(() => users({}, { limit: -1 })).to.throw(RangeError);
    });
  });

  it('give the names of those who have one', () => {
    expect(personNames(members, ['u0', 'nobody']).map((row) => row.name)).to.deep.equal(['Ann Ash']);
  });

  describe('of the audit log', () => {
    const entries = (
      filter: Parameters<typeof auditLogPage>[1],
      page: Parameters<typeof auditLogPage>[2] = { limit: 200 },
    ) => auditLogPage(audit, filter, page).rows;

    const everyEntry = () => {
      const all: ReturnType<typeof entries>[number][] = [];
      for (
        let page = entries({});
        page.length > 0;
        page = entries({}, { limit: 200, after: all.at(-1)?.position ?? 0 })
      )
        all.push(...page);
      return all;
    };

    it('hold every event, with its data as in the log', () => {
      expect(everyEntry()).to.have.length(auditLogCount(audit, {}));
      const removed = entries({ type: ['UserRemoved'], subjectIds: ['u3'] });
      expect(removed).to.have.length(1);
      expect(JSON.parse(removed[0]?.data ?? '')).to.have.nested.property('snapshot.role', 'REVIEWER');
      expect(removed[0]).to.include({ reasonCode: 'LEFT-COMPANY', ticket: 'T-1', actorKind: 'USER' });
    });

    const day = { occurredFrom: Date.UTC(2024, 0, 2), occurredTo: Date.UTC(2024, 0, 3) };
    const filters: Parameters<typeof auditLogPage>[1][] = [
      {},
      { accountIds: ['a1'] },
      { accountIds: ['a1', 'a2', 'a1', 'nowhere'] },
      { type: ['UserRegistered', 'UserRemoved'] },
      { accountIds: ['a1'], type: ['UserAdded', 'UserDeactivated', 'UserAdded'] },
      { accountIds: ['a2', 'a1'], type: ['UserAdded', 'UserRemoved'] },
      { subjectIds: ['u3'] },
      { subjectIds: ['u3', 'u1'], accountIds: ['a1'] },
      { subjectIds: ['u3'], type: ['UserRemoved', 'UserAdded'] },
      { actorIds: ['user-admin'], accountIds: ['a2'] },
      { actorIds: ['nobody', 'user-admin'], type: ['UserRemoved'], accountIds: ['a1'] },
      { actorKinds: ['USER', 'IMPORT'], accountIds: ['a2'] },
      { ticket: 'T-1' },
      { ticket: 'T-1', subjectIds: ['u3'], accountIds: ['a1'] },
      { reasonCode: 'LEFT-COMPANY' },
      { reasonCode: 'LEFT-COMPANY', accountIds: ['a1'], ...day },
      { correlationId: uuidOf('correlation') },
      { accountIds: ['a1'], occurredFrom: Date.UTC(2024, 0, 1, 7), occurredTo: Date.UTC(2024, 0, 1, 30) },
      { accountIds: ['a2'], occurredFrom: Date.UTC(2024, 0, 2) },
      { accountIds: ['a1', 'a2'], ...day },
      { accountIds: ['a1'], occurredTo: Date.UTC(2024, 0, 1, 4), type: ['AccountOpened', 'GroupCreated'] },
      { accountIds: ['a1'], positionFrom: 6_610, positionTo: 6_660 },
      { positionFrom: 6_610, positionTo: 6_660, type: ['UserAdded'] },
      day,
    ];
    const listed: Readonly<Record<string, string>> = {
      type: 'type',
      accountIds: 'accountId',
      subjectIds: 'subjectId',
      actorIds: 'actorId',
      actorKinds: 'actorKind',
    };
    for (const filter of filters)
      it(`are what a look at every entry finds, oldest or newest first: ${JSON.stringify(filter)}`, () => {
        const {
          occurredFrom = 0,
          occurredTo = Infinity,
          positionFrom = 0,
          positionTo = Infinity,
          ...rest
        } = filter;
        const all = everyEntry().filter(
          (entry) =>
            entry.position >= positionFrom &&
            entry.position < positionTo &&
            entry.occurredAt >= occurredFrom &&
            entry.occurredAt < occurredTo &&
            Object.entries(rest).every(([key, wanted]) => {
              const value = entry[(listed[key] ?? key) as keyof typeof entry];
              return Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
            }),
        );
        expect(auditLogCount(audit, filter)).to.equal(all.length);
        expect(entries(filter)).to.deep.equal(all.slice(0, 200));
        expect(entries(filter, { limit: 200, newestFirst: true })).to.deep.equal(
          all.toReversed().slice(0, 200),
        );
        const expected = all;
        expect(expected).to.not.have.length(0);
        const newest = entries(filter, { limit: 2, newestFirst: true });
        expect(newest).to.deep.equal(expected.toReversed().slice(0, 2));
        const next = entries(filter, {
          limit: 2,
          newestFirst: true,
          before: newest.at(-1)?.position ?? null,
        });
        expect(next).to.deep.equal(expected.toReversed().slice(2, 4));
      });

    it('are looked up in an index, whatever is asked together, and never sorted as a whole', () => {
      const all: Parameters<typeof auditLogPage>[1] = {
        type: ['UserAdded'],
        accountIds: ['a1', 'a2'],
        subjectIds: ['u1'],
        actorIds: ['user-admin'],
        actorKinds: ['USER'],
        reasonCode: 'r',
        ticket: 't',
        correlationId: 'c',
        occurredFrom: 1,
        positionFrom: 2,
      };
      const keys = Object.keys(all) as (keyof typeof all)[];
      for (let choice = 0; choice < 2 ** keys.length; choice += 1) {
        const filter = Object.fromEntries(
          keys.filter((_, i) => choice & (1 << i)).map((key) => [key, all[key]]),
        );
        const plan = auditPlanOf(fixture.folder, (db) => auditLogPage(db, filter, { limit: 50 }));
        // Whatever is not found by an index is found by position.
        expect(plan, JSON.stringify(filter)).to.match(
          /SEARCH a USING ((COVERING )?INDEX audit_log_by_\w+ \(\w+=\?|INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?)/,
        );
        expect(plan, JSON.stringify(filter)).not.to.match(/SCAN a\b|AUTOMATIC/);
      }
    });
  });
});

async function fill(log: MemoryLog): Promise<void> {
  await crowd(log);
  for (const accountId of ['a1', 'a2']) {
    const account = eventBuilder({ accountId, clock });
    await account.append(log, [
      {
        type: 'AccountOpened',
        data: {
          name: accountId,
          kind: 'STANDARD',
          operators: [],
          preset: 'DEFAULT',
          policy: presets.DEFAULT,
          policyVersion: 1,
        },
      },
      {
        type: 'GroupCreated',
        data: { groupId: accountId === 'a1' ? 'g' : 'h', name: 'All', parentId: null },
      },
    ]);
    for (let n = 0; n < (accountId === 'a1' ? PEOPLE : 3); n += 1) await life(account, log, { accountId, n });
  }
  for (let n = 0; n < PEOPLE; n += 1) {
    const userId = `u${n}`;
    const profile = { name: names[n % names.length] ?? null, email: `u${n}@example.org` };
    const person = eventBuilder({ accountId: null, stream: `user-${userId}`, clock });
    await person.append(log, [
      { type: 'UserRegistered', data: { userId, sealedProfile: JSON.stringify(profile) } },
    ]);
  }
}

/** 2,200 people, every second one in the group. */
async function crowd(log: MemoryLog): Promise<void> {
  const account = eventBuilder({ accountId: 'a3', clock: () => '2024-01-01T00:00:00.000Z' });
  const group: AccountEvent = {
    type: 'GroupCreated',
    data: { groupId: 'crowd', name: 'Crowd', parentId: null },
  };
  const joining = Array.from({ length: 2_200 }, (_, n): AccountEvent[] => {
    const userId = `c${n}`;
    const data = {
      userId,
      membershipId: uuidOf(userId),
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
    } as const;
    const added: AccountEvent = { type: 'UserAdded', data };
    if (n % 2 === 1) return [added];
    return [added, { type: 'GroupMemberAdded', data: { groupId: 'crowd', userId, role: 'MEMBER' } }];
  });
  await account.append(log, [group, ...joining.flat()]);
}

/** Every second person is in the group, every seventh inactive, every other seventh removed. */
async function life(
  account: ReturnType<typeof eventBuilder>,
  log: MemoryLog,
  { accountId, n }: { accountId: string; n: number },
): Promise<void> {
  const userId = `u${n}`;
  const role = roles[n % 4] ?? 'REVIEWER';
  const who = { userId, membershipId: uuidOf(`${accountId} ${userId}`) };
  const snapshot = { kind: 'STANDARD', role, permissions: [], groups: [], responsibilities: [] } as const;
  const events: AccountEvent[] = [
    { type: 'UserAdded', data: { ...who, kind: 'STANDARD', role, permissions: [] } },
  ];
  if (n % 2 === 0 && accountId === 'a1')
    events.push({ type: 'GroupMemberAdded', data: { groupId: 'g', userId, role: 'MEMBER' } });
  await account.append(log, events, {
    correlationId: n === 5 ? uuidOf('correlation') : uuidOf(`c${accountId}${n}`),
  });
  if (n % 7 === 1) await account.append(log, [{ type: 'UserDeactivated', data: { ...who, snapshot } }]);
  if (n % 7 === 3)
    await account.append(log, [{ type: 'UserRemoved', data: { ...who, snapshot } }], {
      reason: { code: 'LEFT-COMPANY', ticket: n === 3 ? 'T-1' : null },
    });
}
