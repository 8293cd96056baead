import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { presets } from '../../../src/domain/account/policy.js';
import { isRejection } from '../../../src/domain/rejection.js';
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
  describe('whose member has been removed', () => {
    const gone = (type: 'UserRemoved' | 'UserDeleted' = 'UserRemoved') =>
      new Timeline([...base, managedBy('entra', 'rita'), ended(type, 'rita', bare('REVIEWER'))]);
    const joining = {
      userId: 'rita',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
    } as const;
    const waysBack: readonly AccountCommand[] = [
      { type: 'reinstateUser', userId: 'rita', parts: ['ROLE'], role: null, groupIds: [] },
      { type: 'addUser', membershipId: 'x', ...joining },
      { type: 'inviteUser', membershipId: 'x', invitationId: 'i', tokenHash: 'hash', ...joining },
    ];
    for (const command of waysBack) {
      it(`is the only one to bring back: ${command.type}`, () => {
        const timeline = gone();
        expect(timeline.decide(command)).to.include({ code: 'MANAGED_EXTERNALLY' });
        expect(isRejection(timeline.ask(command, service()))).to.equal(false);
        expect(timeline.state.memberships.get('rita')?.directory).to.equal('entra');
      });
      it(`lets go by endDirectoryManagement, or a policy does: ${command.type}`, () => {
        const free = gone();
        free.ask(stop, service());
        expect(isRejection(free.decide(command))).to.equal(false);
        const local = gone();
        local.write({
          type: 'PolicyChanged',
          data: {
            preset: 'DEFAULT',
            policy: { ...presets.DEFAULT, directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED' },
            policyVersion: 2,
          },
        });
        expect(isRejection(local.decide(command))).to.equal(false);
      });
    }
    it('has the last word after deleting, too; the new membership is anybody’s', () => {
      const timeline = gone('UserDeleted');
      const add = waysBack[1] as AccountCommand;
      expect(timeline.decide(add)).to.include({ code: 'MANAGED_EXTERNALLY' });
      timeline.ask(add, service());
      expect(timeline.state.memberships.get('rita')).to.include({ status: 'ACTIVE', directory: null });
    });
    it('owns the invitation it sends: nobody else resends or revokes it', () => {
      const timeline = gone();
      timeline.ask(waysBack[2] as AccountCommand, service());
      const link = { invitationId: 'i', generation: 2, tokenHash: 'new' };
      expect(timeline.decide({ type: 'resendInvitation', userId: 'rita', ...link })).to.include({
        code: 'MANAGED_EXTERNALLY',
      });
      expect(timeline.decide({ type: 'revokeInvitation', userId: 'rita' })).to.include({
        code: 'MANAGED_EXTERNALLY',
      });
      const answer = { userId: 'rita', invitationId: 'i', generation: 1, tokenHash: 'hash' };
      timeline.ask({ type: 'acceptInvitation', ...answer }, user('rita'));
      expect(timeline.state.memberships.get('rita')).to.include({ status: 'ACTIVE', directory: 'entra' });
    });
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
  it('changes nothing when it removes again', () =>
    given(...base, managedBy('entra', 'rita'), ended('UserRemoved', 'rita', bare('REVIEWER')))
      .when(end('removeUser', 'rita'), service())
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
