import { expect } from 'chai';
import { getNamedType, isObjectType } from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';

/** What describes people, access, roles, permissions, groups, duties, seats and rules. */
const describing = new Set([
  'Access',
  'Account',
  'AccountOperator',
  'AccountPolicy',
  'Application',
  'Contact',
  'Group',
  'GroupMember',
  'GroupPlace',
  'Invitation',
  'Membership',
  'Responsibility',
  'ScheduledEnd',
  'Seats',
  'UserCount',
]);

/** A thing that was asked for as of a moment is told of as of that moment, all the way down. */
const ofTheMomentOf: Readonly<Record<string, string>> = {
  'Account.policy': 'the account',
  'AccountOperator.account': 'the link',
  'GroupPlace.group': 'the membership',
  'Invitation.groups': 'the invitation',
  'Membership.account': 'the membership',
  'Membership.groups': 'the membership',
  'Membership.invitation': 'the membership',
  'Membership.responsibilities': 'the membership',
  'Membership.scheduledEnd': 'the membership',
  'Responsibility.application': 'the duty',
};

const exceptions: Readonly<Record<string, string>> = {
  'Query.accounts': 'lists what the caller may see today; `account(id, asOf)` is any of them as it was',
  'Viewer.accounts': 'the same list',
  'OffboardingPreview.otherAccounts': 'a preview is of what a mutation would do now',
  'PreviewedGroup.group': 'a preview, too',
  'BulkPreviewItem.membership': 'a preview, too',
  'BulkOperationItem.membership': 'leads on from what was done to what is there now',
  'EntryAuthority.operatorAccount': 'leads on from an event of the past to what is there now',
  'ResponsibilityName.application': 'leads on from the name of a duty to what is there now',
  'AccountAnalytics.account': 'figures have ranges of days of their own',
  'DutyAtRisk.responsibility': 'lists what is at risk now, for somebody to act on',
};

const described = Object.values(buildMusterSchema().getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !/^__|(Payload|Connection|Edge|Entry|Result)$/.test(name))
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => describing.has(getNamedType(field.type).name.replace(/Connection$/, '')))
      .map((field) => ({
        path: `${type.name}.${field.name}`,
        hasAsOf: field.args.some(({ name }) => name === 'asOf'),
      })),
  );

describe('asOf', () => {
  it('is taken by everything that describes people, access, roles, permissions, groups, duties, seats and rules', () => {
    const without = described.filter(({ hasAsOf }) => !hasAsOf).map(({ path }) => path);
    const named = [...Object.keys(ofTheMomentOf), ...Object.keys(exceptions)];
    expect(without.sort()).to.deep.equal(named.sort());
    expect(described.filter(({ hasAsOf }) => hasAsOf).map(({ path }) => path)).to.include.members([
      'Query.memberships',
      'User.memberships',
      'Account.users',
      'Group.members',
    ]);
  });
});
