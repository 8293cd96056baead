import { expect } from 'chai';
import { correctedTimeline } from '../../projections/members/correction.js';
import { OPEN_TIME, type PeriodShape } from '../../projections/members/period-table.js';

type Short = [status: string, role: string, from: number, to: number, revision: number];

const shape = ([status, role, validFrom, validTo, revision]: Short): PeriodShape => ({
  values: [status, null, 'STANDARD', role, '[]'],
  validFrom,
  validTo,
  revision,
});
const short = ({ values, validFrom, validTo, revision }: PeriodShape): Short => [
  `${values[0]}`,
  `${values[3]}`,
  validFrom,
  validTo,
  revision,
];
const corrected = (known: readonly Short[], ...corrections: (readonly [revision: number, at: number])[]) =>
  corrections
    .reduce<PeriodShape[]>(
      (timeline, [revision, effectiveAt]) => correctedTimeline(timeline, { revision, effectiveAt }),
      known.map(shape),
    )
    .map(short);

describe('a corrected timeline', () => {
  const active: Short = ['ACTIVE', 'ADMIN', 10, 20, 1];
  const removed: Short = ['REMOVED', 'ADMIN', 20, 30, 2];
  const rejoined: Short = ['ACTIVE', 'REVIEWER', 30, OPEN_TIME, 3];
  const known = [active, removed, rejoined];

  it('moves one boundary, earlier or later, and nothing else', () => {
    expect(corrected(known, [2, 15])).to.deep.equal([
      ['ACTIVE', 'ADMIN', 10, 15, 1],
      ['REMOVED', 'ADMIN', 15, 30, 2],
      rejoined,
    ]);
    expect(corrected(known, [3, 35])).to.deep.equal([
      active,
      ['REMOVED', 'ADMIN', 20, 35, 2],
      ['ACTIVE', 'REVIEWER', 35, OPEN_TIME, 3],
    ]);
  });

  it('moves the very beginning', () => {
    expect(corrected(known, [1, 5])[0]).to.deep.equal(['ACTIVE', 'ADMIN', 5, 20, 1]);
    expect(corrected(known, [1, 15])[0]).to.deep.equal(['ACTIVE', 'ADMIN', 15, 20, 1]);
  });

  it('can be corrected back, also from the very time of a neighbour', () => {
    for (const at of [10, 11, 29, 30])
      expect(corrected(known, [2, at], [2, 20]), `${at}`).to.deep.equal(known);
    for (const at of [20, 25, 99]) expect(corrected(known, [3, at], [3, 30]), `${at}`).to.deep.equal(known);
  });

  it('can be corrected across a change of role and beyond, and back across it once more', () => {
    const demoted: Short[] = [
      ['ACTIVE', 'ADMIN', 10, 20, 1],
      ['ACTIVE', 'REVIEWER', 20, 30, 2],
      ['REMOVED', 'REVIEWER', 30, 50, 3],
      ['ACTIVE', 'REVIEWER', 50, OPEN_TIME, 4],
    ];
    expect(corrected(demoted, [3, 15], [3, 40])).to.deep.equal([
      ['ACTIVE', 'ADMIN', 10, 20, 1],
      ['ACTIVE', 'REVIEWER', 20, 40, 2],
      ['REMOVED', 'REVIEWER', 40, 50, 3],
      demoted[3],
    ]);
    expect(corrected(demoted, [3, 15], [3, 40], [3, 15])).to.deep.equal([
      ['ACTIVE', 'ADMIN', 10, 15, 1],
      ['REMOVED', 'ADMIN', 15, 20, 3],
      ['REMOVED', 'REVIEWER', 20, 40, 2],
      ['REMOVED', 'REVIEWER', 40, 50, 3],
      demoted[3],
    ]);
  });

  it('takes along a change of role of the very moment from which the boundary is moved', () => {
    const atOnce: Short[] = [
      ['ACTIVE', 'REVIEWER', 10, 20, 1],
      ['ACTIVE', 'ADMIN', 20, 20, 2],
      ['INACTIVE', 'ADMIN', 20, OPEN_TIME, 3],
    ];
    expect(corrected(atOnce, [3, 15])).to.deep.equal([
      ['ACTIVE', 'REVIEWER', 10, 15, 1],
      ['INACTIVE', 'REVIEWER', 15, 20, 3],
      ['INACTIVE', 'ADMIN', 20, 20, 2],
      ['INACTIVE', 'ADMIN', 20, OPEN_TIME, 3],
    ]);
  });

  it('leaves a change of role where it was', () => {
    const promoted: Short[] = [
      active,
      ['ACTIVE', 'OWNER', 20, 30, 2],
      ['INACTIVE', 'OWNER', 30, OPEN_TIME, 3],
    ];
    expect(corrected(promoted, [3, 15])).to.deep.equal([
      ['ACTIVE', 'ADMIN', 10, 15, 1],
      ['INACTIVE', 'ADMIN', 15, 20, 3],
      ['INACTIVE', 'OWNER', 20, 30, 2],
      ['INACTIVE', 'OWNER', 30, OPEN_TIME, 3],
    ]);
    const demoted: Short[] = [
      active,
      ['INACTIVE', 'ADMIN', 20, 30, 2],
      ['INACTIVE', 'REVIEWER', 30, OPEN_TIME, 3],
    ];
    expect(corrected(demoted, [2, 40])).to.deep.equal([
      ['ACTIVE', 'ADMIN', 10, 30, 1],
      ['ACTIVE', 'REVIEWER', 30, 40, 3],
      ['INACTIVE', 'REVIEWER', 40, OPEN_TIME, 2],
    ]);
  });

  it('takes role and permissions along with coming in, and with being asked in', () => {
    const invited: Short = ['INVITED', 'REVIEWER', 10, 20, 1];
    const expired: Short = ['INVITATION_EXPIRED', 'REVIEWER', 20, 30, 2];
    const added: Short = ['ACTIVE', 'OWNER', 30, OPEN_TIME, 3];
    expect(corrected([invited, expired, added], [3, 25])).to.deep.equal([
      invited,
      ['INVITATION_EXPIRED', 'REVIEWER', 20, 25, 2],
      ['ACTIVE', 'OWNER', 25, OPEN_TIME, 3],
    ]);
    const accepted: Short[] = [
      invited,
      ['ACTIVE', 'REVIEWER', 20, 30, 2],
      ['ACTIVE', 'ADMIN', 30, OPEN_TIME, 3],
    ];
    expect(corrected(accepted, [2, 35])).to.deep.equal([
      ['INVITED', 'REVIEWER', 10, 30, 1],
      ['INVITED', 'REVIEWER', 30, 35, 3],
      ['ACTIVE', 'ADMIN', 35, OPEN_TIME, 2],
    ]);
    const askedAgain: Short = ['INVITED', 'ADMIN', 30, OPEN_TIME, 3];
    expect(corrected([invited, ['REMOVED', 'REVIEWER', 20, 30, 2], askedAgain], [3, 40])).to.deep.equal([
      invited,
      ['REMOVED', 'REVIEWER', 20, 40, 2],
      ['INVITED', 'ADMIN', 40, OPEN_TIME, 3],
    ]);
  });

  it('leaves the role alone where somebody is frozen or an invitation runs out', () => {
    const frozen: Short[] = [
      active,
      ['FROZEN', 'ADMIN', 20, 30, 2],
      ['FROZEN', 'REVIEWER', 30, OPEN_TIME, 3],
    ];
    expect(corrected(frozen, [2, 40])).to.deep.equal([
      ['ACTIVE', 'ADMIN', 10, 30, 1],
      ['ACTIVE', 'REVIEWER', 30, 40, 3],
      ['FROZEN', 'REVIEWER', 40, OPEN_TIME, 2],
    ]);
    const expired: Short[] = [
      ['INVITED', 'ADMIN', 10, 20, 1],
      ['INVITATION_EXPIRED', 'ADMIN', 20, OPEN_TIME, 2],
    ];
    expect(corrected(expired, [2, 15])).to.deep.equal([
      ['INVITED', 'ADMIN', 10, 15, 1],
      ['INVITATION_EXPIRED', 'ADMIN', 15, OPEN_TIME, 2],
    ]);
  });

  it('is the same when the event began no period', () => {
    expect(corrected(known, [9, 25])).to.deep.equal(known);
  });
});
