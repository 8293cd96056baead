import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import {
  added,
  bare,
  end,
  ended,
  given,
  invited,
  linked,
  managedBy,
  opened,
  service,
  system,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const base = [opened(), linked, added('olga', 'OWNER'), added('adam', 'ADMIN'), added('rita', 'REVIEWER')];
const start = (directory: string, userId = 'rita'): AccountCommand => ({
  type: 'startDirectoryManagement',
  userId,
  directory,
});
const stop: AccountCommand = { type: 'endDirectoryManagement', userId: 'rita' };

describe('a directory', () => {
  it('takes a member over', () =>
    given(...base)
      .when(start('entra'), service())
      .then({
        type: 'DirectoryManagementStarted',
        data: { userId: 'rita', membershipId: 'm-rita', directory: 'entra' },
      }));
  it('gives the member back, under the name it took the member over with', () =>
    given(...base, managedBy('okta', 'rita'))
      .when(stop, service())
      .then({
        type: 'DirectoryManagementEnded',
        data: { userId: 'rita', membershipId: 'm-rita', directory: 'okta' },
      }));
  it('takes over from another, and not from itself', () => {
    given(...base, managedBy('entra', 'rita'))
      .when(start('okta'), service())
      .thenTypes('DirectoryManagementStarted');
    given(...base, managedBy('entra', 'rita'))
      .when(start('entra'), service())
      .thenNothing();
  });
  for (const name of ['', 'Entra', 'a b', '-entra', 'entra-', 'ann@acme.test', 'a'.repeat(65)])
    it(`is not named ${JSON.stringify(name.slice(0, 20))}`, () =>
      given(...base)
        .when(start(name), service())
        .thenRejected('INVALID_INPUT', { field: 'directory' }));
  for (const name of ['a', 'azure-ad.eu_1', 'a'.repeat(64)])
    it(`may be named ${name.slice(0, 20)}`, () =>
      given(...base)
        .when(start(name), service())
        .thenTypes('DirectoryManagementStarted'));
  it('takes nobody over whom it could not change: then nobody could', () => {
    given(...base)
      .when(start('entra', 'olga'), service('ADMIN'))
      .thenRejected('TARGET_OUTRANKS_ACTOR');
    given(...base)
      .when(start('entra', 'adam'), service('ADMIN'))
      .thenRejected('TARGET_OUTRANKS_ACTOR');
    given(...base)
      .when(start('entra', 'olga'), service('OWNER'))
      .thenTypes('DirectoryManagementStarted');
  });
  it('gives back whatever rank the member has risen to', () =>
    given(...base, managedBy('entra', 'rita'), {
      type: 'RoleChanged',
      data: { userId: 'rita', membershipId: 'm-rita', from: 'REVIEWER', to: 'OWNER' },
    })
      .when(stop, service('ADMIN'))
      .thenTypes('DirectoryManagementEnded'));
  it('owns the state no longer than the membership lasts', () => {
    const timeline = new Timeline([...base, managedBy('entra', 'rita')]);
    timeline.ask(end('removeUser', 'rita'), service());
    expect(timeline.state.memberships.get('rita')?.directory).to.equal(null);
    timeline.ask({
      type: 'addUser',
      userId: 'rita',
      membershipId: 'x',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
    });
    expect(timeline.ask(end('removeUser', 'rita'))).to.have.lengthOf(1);
  });
  it('keeps owning it through deactivation and back', () => {
    const timeline = new Timeline([...base, managedBy('entra', 'rita')]);
    timeline.ask(end('deactivateUser', 'rita'), service());
    expect(
      timeline.ask({
        type: 'reactivateUser',
        userId: 'rita',
        confirmation: { confirmed: true, previewToken: null, phrase: null },
      }),
    ).to.include({
      code: 'MANAGED_EXTERNALLY',
    });
    expect(timeline.state.memberships.get('rita')?.directory).to.equal('entra');
  });
  it('is nobody who may do everything: rank and last owner hold for it too', () => {
    given(...base, managedBy('entra', 'adam'))
      .when(end('removeUser', 'olga'), service('ADMIN'))
      .thenRejected('TARGET_OUTRANKS_ACTOR');
    given(...base, managedBy('entra', 'olga'))
      .when(end('removeUser', 'olga'), service('OWNER'))
      .thenRejected('LAST_OWNER');
  });
  it('does not stop an import or Muster itself', () =>
    given(...base, managedBy('entra', 'rita'))
      .when(end('removeUser', 'rita'), system)
      .thenTypes('UserRemoved'));
  it('does not keep anybody from leaving a membership that has ended already', () =>
    given(...base, managedBy('entra', 'rita'), ended('UserRemoved', 'rita', bare('REVIEWER')))
      .when(end('removeUser', 'rita'))
      .thenNothing());
  it('has nobody who is only invited', () =>
    given(...base, invited('ian', 'REVIEWER'))
      .when(start('entra', 'ian'), service())
      .thenRejected('INVITATION_PENDING'));
  it('keeps its members from leaving by themselves', () =>
    given(
      opened('DOCUMENT360', { directoryManagedUsers: 'LOCAL_CHANGES_FORBIDDEN' }),
      ...base.slice(1),
      managedBy('entra', 'rita'),
    )
      .when(end('leaveAccount', 'rita'), user('rita'))
      .thenRejected('MANAGED_EXTERNALLY'));
});
