import { expect } from 'chai';
import type { EndMembership } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { policyPresets, presets } from '../../../src/domain/account/policy.js';
import {
  about,
  added,
  bare,
  end,
  ended,
  given,
  invitationOver,
  invited,
  opened,
  scheduler,
  system,
  user,
} from './given.js';

const flag = { single: 'FLAG', bulk: 'FLAG' } as const;
const everything = {
  operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'],
  confirmation: { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: flag, DELETE: flag },
  selfRemoval: 'UNLESS_LAST_OWNER',
} as const;
const members = [added('olga', 'OWNER'), added('rita', 'REVIEWER')];
const base = [opened('DEFAULT', everything), ...members];
const dataOf = (events: readonly AccountEvent[], type: EndMembership['type'], actor = user('olga')) => {
  const { decision } = given(...events).when(end(type, 'rita'), actor);
  return (decision as readonly AccountEvent[])[0]?.data;
};

describe('the event that ends a membership', () => {
  it('says what the membership was before', () => {
    const histories: readonly [string, readonly AccountEvent[], EndMembership['type']][] = [
      ['ACTIVE', [], 'removeUser'],
      ['ACTIVE', [], 'deactivateUser'],
      ['FROZEN', [about('UserFrozen', 'rita')], 'removeUser'],
      ['FROZEN', [about('UserFrozen', 'rita')], 'deactivateUser'],
      ['INACTIVE', [ended('UserDeactivated', 'rita', bare('REVIEWER'))], 'deleteUser'],
      ['REMOVED', [ended('UserRemoved', 'rita', bare('REVIEWER'))], 'deleteUser'],
    ];
    for (const [from, events, type] of histories)
      expect(dataOf([...base, ...events], type)).to.include({ from });
    expect(dataOf(base, 'leaveAccount', user('rita'))).to.include({ from: 'ACTIVE' });
    const asked = [...base.slice(0, 2), invited('rita', 'REVIEWER')];
    expect(dataOf(asked, 'removeUser')).to.include({ from: 'INVITED' });
    const expired = [...asked, invitationOver('InvitationExpired', 'rita')];
    expect(dataOf(expired, 'removeUser')).to.include({ from: 'INVITATION_EXPIRED', notify: true });
  });

  for (const preset of policyPresets)
    it(`asks for a mail as ${preset} has it (SW-11)`, () =>
      expect(dataOf([opened(preset, everything), ...members], 'removeUser')).to.include({
        notify: presets[preset].notifyOnRemove,
      }));
  it('asks for a mail whoever of Muster did it, but not for what an import tells of', () => {
    for (const [actor, notify] of [
      [system, true],
      [scheduler, true],
      [{ kind: 'IMPORT', id: 'import' }, false],
    ] as const)
      expect(dataOf(base, 'removeUser', actor as ReturnType<typeof user>)).to.include({ notify });
  });
  it('asks for no mail when somebody leaves, is deactivated or deleted', () => {
    expect(dataOf(base, 'leaveAccount', user('rita'))).not.to.have.property('notify');
    expect(dataOf(base, 'deactivateUser')).not.to.have.property('notify');
    const inactive = [...base, ended('UserDeactivated', 'rita', bare('REVIEWER'))];
    expect(dataOf(inactive, 'deleteUser')).not.to.have.property('notify');
  });

  for (const attributionAfterDelete of ['KEEP_NAME', 'PSEUDONYM', 'ANONYMOUS'] as const)
    it(`of a deletion carries ${attributionAfterDelete}, as the policy of that moment has it (D3-10)`, () =>
      expect(
        dataOf(
          [
            opened('DEFAULT', { ...everything, attributionAfterDelete }),
            ...members,
            ended('UserDeactivated', 'rita', bare('REVIEWER')),
          ],
          'deleteUser',
        ),
      ).to.include({ attribution: attributionAfterDelete }));
  it('carries an attribution only of a deletion', () => {
    expect(dataOf(base, 'removeUser')).not.to.have.property('attribution');
    expect(dataOf(base, 'deactivateUser')).not.to.have.property('attribution');
  });
  it('of a deactivation says that access ends at once, when it does', () =>
    expect(dataOf(base, 'deactivateUser')).to.include({ untilSessionEnd: null }));
});
