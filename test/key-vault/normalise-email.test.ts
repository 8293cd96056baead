import { expect } from 'chai';
import fc from 'fast-check';
import { normaliseEmail } from '../../src/key-vault/normalise-email.js';

describe('the normal form of an e-mail address', () => {
  const same: Readonly<Record<string, readonly [string, string]>> = {
    'ASCII case': ['Ann@Example.ORG', 'ann@example.org'],
    'white space around': [' ann@example.org\n', 'ann@example.org'],
    'composed and decomposed accents of a domain': ['ann@bu\u0308cher.example', 'ann@b\u00fccher.example'],
    'a domain and its ASCII spelling': ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
    'the case of such a domain': ['ann@BÜCHER.example', 'ann@bücher.example'],
  };
  for (const [what, [one, other]] of Object.entries(same))
    it(`does not tell apart by ${what}`, () => expect(normaliseEmail(one)).to.equal(normaliseEmail(other)));

  const different: Readonly<Record<string, readonly [string, string]>> = {
    'composed and decomposed accents of a name': ['rene\u0301@example.org', 'ren\u00e9@example.org'],
    'a ligature': ['ﬁona@example.org', 'fiona@example.org'],
    'a Kelvin sign': ['mi\u212ae@example.org', 'mike@example.org'],
    'a dotless i': ['m\u0131ke@example.org', 'mike@example.org'],
    'full-width letters': ['ａnn@example.org', 'ann@example.org'],
    'dots in the name': ['a.nn@example.org', 'ann@example.org'],
    'a tag': ['ann+x@example.org', 'ann@example.org'],
    'the place of the at sign': ['a@nn@example.org', 'ann@example.org'],
    'two invalid domains': ['ann@exa mple', 'ann@ex ample'],
  };
  for (const [what, [one, other]] of Object.entries(different))
    it(`tells apart by ${what}`, () => expect(normaliseEmail(one)).not.to.equal(normaliseEmail(other)));

  it('is its own normal form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (email) => {
        const normal = normaliseEmail(email);
        expect(normaliseEmail(normal)).to.equal(normal);
      }),
    );
  });
});
