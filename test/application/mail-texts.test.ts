import { expect } from 'chai';
import {
  invitationText,
  type MailText,
  notificationText,
  removalText,
} from '../../src/application/mail/mail-texts.js';

const removal = {
  accountName: 'Acme',
  groupNames: ['Editors', 'Reviewers'],
  groupsGone: 0,
  personName: 'Ann',
};
const invitation = {
  accountName: 'Acme',
  inviterName: 'Olga',
  role: 'ADMIN',
  link: 'https://portal.example.test/invitation#a-long-token',
  expiresAt: '2026-03-14T10:00:59.999Z',
};
const notification = { accountName: 'Acme', subject: 'New house rules', text: 'First line\n\nSecond line' };

describe('the mail about a removal (SW-11)', () => {
  it('names the account and every group that was left', () => {
    const { subject, text } = removalText(removal);
    expect(subject).to.equal('You have been removed from Acme');
    expect(text).to.match(/^Hello Ann,\n\nYou have been removed from the account “Acme”\./);
    expect(text).to.include('\n  - Editors\n  - Reviewers\n');
  });

  it('says that nothing else has changed, and whom to ask', () => {
    const { text } = removalText(removal);
    expect(text).to.include('your other accounts stay as they are');
    expect(text).to.include('ask an owner or an administrator');
  });

  it('lists no group when there was none, and not more than fifty', () => {
    expect(removalText({ ...removal, groupNames: [] }).text)
      .to.include('in none of its groups')
      .and.not.include('  - ');
    const groupNames = Array.from({ length: 53 }, (_, n) => `Group ${n}`);
    expect(removalText({ ...removal, groupNames }).text)
      .to.include('  - Group 49\n  and 3 more\n')
      .and.not.include('Group 50');
  });

  it('counts the groups that were deleted before the mail went out', () => {
    expect(removalText({ ...removal, groupsGone: 2 }).text).to.include(
      '  - Reviewers\n  - 2 deleted since\n',
    );
    expect(removalText({ ...removal, groupNames: [], groupsGone: 1 }).text).to.include(
      'that you were in:\n  - 1 deleted since\n',
    );
  });

  it('greets a person without a name', () => {
    for (const personName of [null, ' \n'])
      expect(removalText({ ...removal, personName }).text).to.match(/^Hello,\n/);
  });
});

describe('the mail of an invitation (SW-15)', () => {
  it('says who invites to what, as what, and until when', () => {
    const { subject, text } = invitationText(invitation);
    expect(subject).to.equal('Olga invites you to Acme');
    expect(text).to.include('Olga invites you to the account “Acme”, with the role Admin.');
    expect(text).to.include('The link works until 14 Mar 2026 10:00 UTC');
  });

  it('has the link on a line of its own', () =>
    expect(invitationText(invitation).text.split('\n')).to.include(invitation.link));

  it('does without the name of the inviter', () => {
    const { subject, text } = invitationText({ ...invitation, inviterName: null });
    expect(subject).to.equal('Invitation to Acme');
    expect(text).to.include('An administrator invites you to the account “Acme”');
  });
});

describe('the mail of a notification', () => {
  it('carries the words of the account, and says whose they are', () => {
    const { subject, text } = notificationText(notification);
    expect(subject).to.equal('Acme: New house rules');
    expect(text).to.include('The account “Acme” has a message for you:\n\nFirst line\n\nSecond line\n\n');
  });

  it('keeps lines, drops control characters, and ends a text without end', () => {
    const { text } = notificationText({ ...notification, text: 'one\r\ntwo\rthr\u0007ee\u2028four\u0000' });
    expect(text).to.include('\n\none\ntwo\nthr ee\nfour\n\n');
    expect(notificationText({ ...notification, text: 'x'.repeat(100_000) }).text)
      .to.include('xxx\n[…]\n')
      .and.to.have.lengthOf.below(11_000);
  });
});

describe('names in mails', () => {
  const texts: Readonly<Record<string, (name: string) => MailText>> = {
    removal: (name) =>
      removalText({ accountName: name, groupNames: [name], groupsGone: 0, personName: name }),
    'new invitation': (name) =>
      invitationText({ ...invitation, accountName: name, inviterName: name, role: name }),
    notification: (name) => notificationText({ ...notification, accountName: name, subject: name }),
  };
  for (const [what, textOf] of Object.entries(texts)) {
    it(`are one line of visible text in the mail of a ${what}`, () => {
      const plain = textOf('Eve Bcc: x@y.test Pay here');
      expect(textOf('Eve\r\nBcc: x@y.test\u2028Pay\u0000 \u202ehere\ud800')).to.deep.equal(plain);
    });

    it(`are cut when they are endless, without halving a character, in the mail of a ${what}`, () => {
      const { subject, text } = textOf('🎉'.repeat(5_000));
      expect([...subject]).to.have.lengthOf.at.most(250);
      expect(text).to.have.lengthOf.below(2_500);
      expect(subject + text).not.to.match(/\p{Cs}/u);
      expect(text).to.include('🎉…');
    });

    it(`may be empty in the mail of a ${what}`, () =>
      expect(textOf('').text).to.include('“(without a name)”'));
  }
});
