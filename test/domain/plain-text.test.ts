import { expect } from 'chai';
import { LINK, NOT_PLAIN, PLAIN_TEXT } from '../../src/domain/plain-text.js';

describe('plain text', () => {
  const hidden =
    '\u0000 \u001b \u0085 \u00ad \u061c \u180e \u200b \u200e \u202e \u2028 \u2060 \u2066 \ufeff \u{e0041}';
  for (const character of [...hidden.split(' '), '\ud800'])
    it(`has no ${JSON.stringify(character)} (U+${character.codePointAt(0)?.toString(16)})`, () => {
      expect(PLAIN_TEXT.test(`Ann${character}Lee`)).to.equal(false);
      expect(`Ann${character}Lee`.replace(NOT_PLAIN, '')).to.equal('AnnLee');
    });
  for (const name of ['', 'Ann Lee', 'Zoë', 'علی\u200cرضا', 'नमस्\u200dते', '👩\u200d🚀', '李', 'Łukasz ß 1'])
    it(`may be ${JSON.stringify(name)}`, () => {
      expect(PLAIN_TEXT.test(name)).to.equal(true);
      expect(name.replace(NOT_PLAIN, '')).to.equal(name);
    });
});

describe('a link', () => {
  for (const name of ['https://evil.test', 'see WWW.evil.test', 'ann@example.test', 'x javascript://y'])
    it(`is in ${name}`, () => expect(LINK.test(name)).to.equal(true));
  for (const name of ['Ann Lee', 'Node.js', 'A/B: test', 'me @ work', 'Dr. Lee', 'wwwhat'])
    it(`is not in ${name}`, () => expect(LINK.test(name)).to.equal(false));
});
