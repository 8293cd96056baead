import { expect } from 'chai';
import { domainOf, isAddress, parseMailbox } from '../../src/mail/mailbox.js';

describe('a mailbox', () => {
  it('is an address with or without a name', () => {
    const address = 'ann@example.test';
    expect(parseMailbox(' ann@example.test ')).to.deep.equal({ name: null, address });
    expect(parseMailbox('Ann Ünner <ann@example.test>')).to.deep.equal({ name: 'Ann Ünner', address });
    expect(parseMailbox('"Ünner, Ann" <ann@example.test>')).to.deep.equal({ name: 'Ünner, Ann', address });
    expect(parseMailbox('<ann@example.test>')).to.deep.equal({ name: null, address });
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'Ann',
      'Ann <ann>',
      'ann@example.test, bob@example.test',
      'Ann <ann@example.test> <b@c.test>',
      'Ann <ann@example.test',
    ])
      expect(parseMailbox(text), text).to.equal(null);
  });
});

describe('an address', () => {
  it('has a local part and a domain, in any script', () => {
    for (const address of ['a@b.test', 'a.b+c@d.test', "o'neil@x.test", 'änn@jõgeva.test', 'root@localhost'])
      expect(isAddress(address), address).to.equal(true);
  });

  it('is one address only, without room for another', () => {
    for (const address of [
      'a@b@c.test',
      '"a b"@c.test',
      'a b@c.test',
      'a\n@c.test',
      'a@c.test\n',
      'a@c.\ntest',
      'a@c%2etest',
      'a@127.1',
      'a,b@c.test',
      'a@c.test,d',
      'a@c.test>',
      '<a@c.test',
      'a@(x)c.test',
      'a@[127.0.0.1]',
      '.a@c.test',
      'a..b@c.test',
      '@c.test',
      'a@',
      'a@-c.test',
      'a@c..test',
      'a\u00a0@c.test',
      'a\u202e@c.test',
      `${'a'.repeat(250)}@c.test`,
    ])
      expect(isAddress(address), JSON.stringify(address)).to.equal(false);
  });

  it('has its domain in ASCII', () => expect(domainOf('ann@JÕGEVA.test')).to.equal('xn--jgeva-dua.test'));
});
