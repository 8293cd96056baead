import { expect } from 'chai';
import { csvOf } from '../../schema/csv.js';

describe('CSV', () => {
  it('ends every line with CRLF, the last one too', () => {
    expect(
      csvOf([
        ['name', 'role'],
        ['Ann', 'OWNER'],
      ]),
    ).to.equal('name,role\r\nAnn,OWNER\r\n');
  });

  it('leaves a cell empty where nothing is known', () => {
    expect(csvOf([['a', null, '']])).to.equal('a,,\r\n');
  });

  it('quotes commas, quotes and line ends, and doubles quotes', () => {
    expect(csvOf([['Lee, Ann', 'say "hi"', 'two\nlines', 'cr\rlf']])).to.equal(
      '"Lee, Ann","say ""hi""","two\nlines","cr\rlf"\r\n',
    );
  });

  for (const begin of ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
    it(`makes a cell harmless that begins with ${JSON.stringify(begin)}`, () => {
      const [cell] = csvOf([[`${begin}1+1`]]).split('\r\n');
      expect(cell?.replace(/^"/, '')).to.match(/^'/);
    });

  it('quotes a formula after making it harmless', () => {
    expect(csvOf([['=HYPERLINK("http://x","y")']])).to.equal(`"'=HYPERLINK(""http://x"",""y"")"\r\n`);
  });

  for (const separator of [';', '\t'])
    it(`makes no cell of what follows ${JSON.stringify(separator)}, whatever a spreadsheet separates at`, () =>
      expect(csvOf([[`a${separator}=cmd()`, 'b']])).to.equal(`"a${separator}=cmd()",b\r\n`));
  it('writes numbers as they are, below zero too', () => {
    expect(csvOf([[-1, 0, 2.5]])).to.equal('-1,0,2.5\r\n');
  });

  it('leaves cells alone that only contain such a sign', () => {
    expect(csvOf([['a=b', 'ann@example.test', 'one-two', '1+1']])).to.equal(
      'a=b,ann@example.test,one-two,1+1\r\n',
    );
  });
});
