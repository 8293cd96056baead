import { expect } from 'chai';
import { isRejection } from '../../../src/domain/rejection.js';
import { eraseUser } from '../../../src/domain/user/erase-user.js';
import type { UserEvent } from '../../../src/domain/user/events.js';
import { placeLegalHold, releaseLegalHold } from '../../../src/domain/user/legal-hold.js';
import { type Person, personAfter, unknownPerson } from '../../../src/domain/user/person.js';
import { linkIdentity, recordProfile } from '../../../src/domain/user/profile.js';

const userId = 'ann';
const nowhere = { accountIds: [], others: 0 };
const registered: UserEvent = { type: 'UserRegistered', data: { userId, sealedProfile: null } };
const held = (holdId: string): UserEvent => ({ type: 'LegalHoldPlaced', data: { userId, holdId } });
const released = (holdId: string): UserEvent => ({ type: 'LegalHoldReleased', data: { userId, holdId } });
const requested: UserEvent = { type: 'ErasureRequested', data: { userId } };
const erased: UserEvent = {
  type: 'PersonalDataErased',
  data: { userId, receipt: { requestEventId: 'e', destroyed: [] } },
};

const commands = {
  erase: (person: Person) => eraseUser(person, { userId, memberIn: nowhere }),
  hold: (person: Person) => placeLegalHold(person, { userId, holdId: 'h9' }),
  release: (person: Person) => releaseLegalHold(person, { userId, holdId: 'h1' }),
  profile: (person: Person) => recordProfile(person, { userId, sealedProfile: 's' }),
  identity: (person: Person) => linkIdentity(person, { userId, identity: 'i1', issuer: 'x' }),
};
type Command = keyof typeof commands;

const resultOf = (command: Command, ...events: readonly UserEvent[]): string => {
  const decision = commands[command](events.reduce(personAfter, unknownPerson));
  return isRejection(decision) ? decision.code : decision.map(({ type }) => type).join() || 'nothing';
};

describe('a person', () => {
  const linked: UserEvent = { type: 'IdentityLinked', data: { userId, identity: 'i1', issuer: 'x' } };
  const table: readonly (readonly [string, readonly UserEvent[], Readonly<Record<Command, string>>])[] = [
    [
      'nobody knows',
      [],
      {
        erase: 'NOT_FOUND',
        hold: 'NOT_FOUND',
        release: 'NOT_FOUND',
        profile: 'NOT_FOUND',
        identity: 'NOT_FOUND',
      },
    ],
    [
      'who is known',
      [registered],
      {
        erase: 'ErasureRequested',
        hold: 'LegalHoldPlaced',
        release: 'NOT_FOUND',
        profile: 'ProfileRecorded',
        identity: 'IdentityLinked',
      },
    ],
    [
      'under a legal hold',
      [registered, linked, held('h1')],
      {
        erase: 'LEGAL_HOLD',
        hold: 'LegalHoldPlaced',
        release: 'LegalHoldReleased',
        profile: 'ProfileRecorded',
        identity: 'nothing',
      },
    ],
    [
      'whose hold was released',
      [registered, held('h1'), released('h1')],
      {
        erase: 'ErasureRequested',
        hold: 'LegalHoldPlaced',
        release: 'nothing',
        profile: 'ProfileRecorded',
        identity: 'IdentityLinked',
      },
    ],
    [
      'being erased',
      [registered, linked, requested],
      {
        erase: 'nothing',
        hold: 'PERSON_ERASED',
        release: 'NOT_FOUND',
        profile: 'PERSON_ERASED',
        identity: 'PERSON_ERASED',
      },
    ],
    [
      'who was erased',
      [registered, held('h1'), released('h1'), requested, erased],
      {
        erase: 'nothing',
        hold: 'PERSON_ERASED',
        release: 'nothing',
        profile: 'PERSON_ERASED',
        identity: 'PERSON_ERASED',
      },
    ],
  ];
  for (const [who, events, results] of table)
    for (const command of Object.keys(results) as Command[])
      it(`${who}: ${command} gives ${results[command]}`, () => {
        expect(resultOf(command, ...events)).to.equal(results[command]);
      });

  it('is not erased while in an account, seen or not', () => {
    const known = personAfter(unknownPerson, registered);
    for (const memberIn of [
      { accountIds: ['a1'], others: 0 },
      { accountIds: [], others: 1 },
    ])
      expect(eraseUser(known, { userId, memberIn })).to.deep.include({
        code: 'STILL_A_MEMBER',
        memberIn,
        message:
          'This person is still in an account, active or not; take them out first, with endEverywhere: where an account only deactivates, deactivate, then DELETE.',
      });
  });

  it('is free only when the last of several holds is released', () => {
    expect(resultOf('erase', registered, held('h1'), held('h2'), released('h1'))).to.equal('LEGAL_HOLD');
  });
});
