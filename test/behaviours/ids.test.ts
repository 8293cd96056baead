import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { isMeantBy, readBehaviours } from '../../scripts/behaviours/behaviour.js';

const behaviours = readBehaviours(fileURLToPath(new URL('ids.json', import.meta.url)));
const ids = behaviours.map(({ id }) => id);

describe('the list of behaviours', () => {
  it('has 99 of them, none twice', () => {
    expect(ids).to.have.lengthOf(99);
    expect(new Set(ids).size).to.equal(99);
  });

  const counts = { SO: 25, SW: 20, D3: 36, PP: 18 };
  for (const [system, count] of Object.entries(counts))
    it(`has ${count} of ${system}`, () => {
      expect(ids.filter((id) => isMeantBy(system, id))).to.have.lengthOf(count);
    });

  const marks = { n: 13, i: 9, none: 77 };
  for (const [mark, count] of Object.entries(marks))
    it(`marks ${count} with ${mark}`, () => {
      expect(behaviours.filter((behaviour) => behaviour.mark === mark)).to.have.lengthOf(count);
    });

  it('numbers each system from 1 without gaps; only D3-27 does not exist', () => {
    const absent = Object.entries({ SO: 25, SW: 20, D3: 37, PP: 18 }).flatMap(([system, last]) =>
      Array.from({ length: last }, (_, index) => `${system}-${index + 1}`).filter((id) => !ids.includes(id)),
    );
    expect(absent).to.deep.equal(['D3-27']);
  });

  it('keeps the order of the specification, system by system', () => {
    expect([...new Set(ids.map((id) => id.slice(0, 2)))]).to.deep.equal(['SO', 'SW', 'D3', 'PP']);
    const last = (system: string) => ids.filter((id) => isMeantBy(system, id)).at(-1);
    expect(Object.keys(counts).map(last)).to.deep.equal(['SO-22', 'SW-18', 'D3-28', 'PP-16']);
  });

  it('says each in a few words', () => {
    for (const { id, behaviour } of behaviours) expect(behaviour, id).to.match(/^\S.{8,53}[^\s.]$/);
  });
});
