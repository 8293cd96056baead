import { expect } from 'chai';
import { leadingIds, problemOfTitle } from '../../scripts/behaviours/leading-ids.js';

describe('the ids of a test', () => {
  const titles: Readonly<Record<string, readonly string[]>> = {
    'SO-11 a technical contact': ['SO-11'],
    'SO-8, SW-9 asks first': ['SO-8', 'SW-9'],
    'D3-15,PP-6,SO-1 three': ['D3-15', 'PP-6', 'SO-1'],
    'SO-8, asks first': [],
    'SO-8': ['SO-8'],
    'SO-13 SO-24 one step': ['SO-13'],
    'asks first (SO-8)': [],
    'see SO-8': [],
    'SO-8x asks first': [],
    'so-8 asks first': [],
    'XX-8 asks first': [],
    '': [],
  };
  for (const [title, ids] of Object.entries(titles))
    it(`of "${title}" are ${ids.join(' and ') || 'none'}`, () => {
      expect(leadingIds(title)).to.deep.equal(ids);
    });
});

describe('a title', () => {
  const known = new Set(['SO-8', 'SO-13', 'SW-9']);
  const problems: Readonly<Record<string, RegExp>> = {
    'SO-99 asks first': /no behaviour SO-99/,
    'SO-8, SO-99 asks first': /no behaviour SO-99/,
    'SO-13 SO-8 one step': /counts for SO-13 only/,
    'SO-13 and SO-8 one step': /counts for SO-13 only/,
    'SO-13 / SO-8 one step': /counts for SO-13 only/,
    'SO-13: one step': /space after the id/,
    'SO-13, one step': /space after the id/,
  };
  for (const [title, problem] of Object.entries(problems))
    it(`"${title}" does not count for what it says`, () => {
      expect(problemOfTitle(title, known)).to.match(problem);
    });

  for (const title of ['SO-8, SW-9 asks first', 'SO-8 asks as SO-13 does', 'asks first (SO-99)', 'SOS-1'])
    it(`"${title}" is fine`, () => {
      expect(problemOfTitle(title, known)).to.equal(null);
    });
});
