import { expect } from 'chai';
import fc from 'fast-check';
import { askedBy } from '../../../src/domain/account/asked.js';
import { askedInPast } from '../../../src/domain/account/asked-in-past.js';
import { permit } from '../../../src/domain/account/authority.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { type AccountEvent, accountEventTypes, groupRoles } from '../../../src/domain/account/events.js';
import { decisionsIn } from '../../../src/domain/account/past-decision.js';
import { confirmations, confirmedOperations, presets } from '../../../src/domain/account/policy.js';
import { memberKinds, roles } from '../../../src/domain/account/roles.js';
import { actingAs, appliedRule } from '../../../src/domain/account/rule-facts.js';
import { type AppliedRule, rules } from '../../../src/domain/account/rules.js';
import { commandOf, rulesBehind, rulesOf } from '../../../src/domain/account/rules-of-event.js';
import { ACCOUNT, membershipStatuses } from '../../../src/domain/account/state.js';
import { isRejection, type Rejection, type RejectionCode } from '../../../src/domain/rejection.js';
import {
  added,
  addedAs,
  confirmed,
  end,
  given,
  managedBy,
  opened,
  operator,
  scheduler,
  system,
  technical,
  unconfirmed,
  user,
} from './given.js';
import { policies } from './random-policies.js';
import { begin, steps } from './random-steps.js';
import { Timeline } from './timeline.js';

const people = [added('olga', 'OWNER'), added('adam', 'ADMIN'), added('carl', 'CONTRIBUTOR')];

describe('a refusal', () => {
  const refusalOf = (decision: unknown): Rejection => {
    if (!isRejection(decision)) throw new Error('it was not refused');
    return decision;
  };
  const factsOf = ({ rule }: Rejection) =>
    Object.fromEntries(rule?.facts.map(({ name, value }) => [name, value]) ?? []);

  it('says by which rule, from which source, under which policy, on which facts', () => {
    const refusal = refusalOf(
      given(opened('DOCUMENT360'), ...people).when(end('deleteUser', 'olga'), user('adam')).decision,
    );
    expect(refusal.policyVersion).to.equal(1);
    expect(refusal.rule).to.deep.equal({
      code: 'TARGET_OUTRANKS_ACTOR',
      says: rules.TARGET_OUTRANKS_ACTOR.says,
      sources: ['D3-12', 'D3-13', 'D3-14', 'D3-30'],
      policy: [
        { field: 'rankGuard', value: 'true' },
        { field: 'adminManagesAdmins', value: 'false' },
        { field: 'ownerManagesOwners', value: 'true' },
      ],
      facts: [
        { name: 'authority', value: 'MEMBERSHIP' },
        { name: 'actorRole', value: 'ADMIN' },
        { name: 'targetRole', value: 'OWNER' },
        { name: 'actorIsTarget', value: 'false' },
      ],
    });
  });

  it('shows the numbers behind a full account', () => {
    const full = given(opened('DOCUMENT360', { invitationReservesSeat: true }), ...people, {
      type: 'SeatPlanChanged',
      data: { planSeats: 2, addOnSeats: 1 },
    }).when({
      type: 'addUser',
      userId: 'rita',
      membershipId: 'm-rita',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
    });
    expect(factsOf(refusalOf(full.decision))).to.deep.equal({
      seatLimit: '3',
      seatsInUse: '3',
      seatsReserved: '0',
      seatsRequested: '1',
    });
  });

  it('of a policy names the policy asked for, which is the one that does not fit', () => {
    const refusal = refusalOf(
      given(
        opened('PARTNER_PORTAL'),
        ...people,
        { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
        { type: 'ContactVacated', data: { responsibility: technical, fromUserId: 'carl' } },
      ).when({
        type: 'changePolicy',
        preset: 'SUPEROFFICE',
        policy: presets.SUPEROFFICE,
        expectedPolicyVersion: null,
      }).decision,
    );
    expect(refusal.rule).to.deep.include({
      code: 'CONTACT_WOULD_BE_VACANT',
      policy: [{ field: 'responsibilities', value: JSON.stringify(presets.SUPEROFFICE.responsibilities) }],
      facts: [{ name: 'dutiesUnheld', value: '1' }],
    });
  });

  it('tells whoever may not do it only what he would need', () => {
    const denied = refusalOf(
      given(opened(), ...people).when(end('removeUser', 'olga'), user('carl')).decision,
    );
    expect(denied.rule?.facts).to.deep.equal([{ name: 'permission', value: 'users.manage' }]);
    const known = refusalOf(
      given(opened(), ...people).when(end('removeUser', 'nobody'), user('carl')).decision,
    );
    expect(known).to.deep.equal(denied);
  });

  it('of what is not there or may not be seen says nothing more', () => {
    for (const [userId, actor] of [
      ['carl', 'nobody'],
      ['nobody', 'olga'],
    ] as const)
      expect(
        refusalOf(given(opened(), ...people).when(end('removeUser', userId), user(actor)).decision),
      ).to.not.have.any.keys('rule', 'policyVersion');
  });

  it('of an opening does not tell that the account is there', () => {
    const open: AccountCommand = {
      type: 'openAccount',
      accountId: 'acme',
      name: 'Acme',
      kind: 'STANDARD',
      operators: [],
      preset: 'DEFAULT',
      policy: presets.DEFAULT,
      owner: null,
    };
    const here = refusalOf(given(opened(), ...people).when(open, user('carl')).decision);
    expect(here).to.deep.equal(refusalOf(given().when(open, user('carl')).decision));
    expect(here).to.have.property('rule');
    expect(here).to.not.have.property('policyVersion');
  });

  describe('of the last owner', () => {
    const useInstead =
      (...events: readonly AccountEvent[]) =>
      (command: AccountCommand, actor = user('olga')) =>
        refusalOf(given(...events).when(command, actor).decision).useInstead;
    const offered = opened('DOCUMENT360');

    it('points to changeRole while somebody could be made owner', () => {
      const inCompany = useInstead(offered, added('olga', 'OWNER'), added('carl', 'REVIEWER'));
      for (const type of ['leaveAccount', 'deactivateUser', 'deleteUser'] as const)
        expect(inCompany(end(type, 'olga'))).to.equal('changeRole');
    });
    it('does not, when there is nobody, or only readers, or people whom a directory manages', () => {
      expect(useInstead(offered, added('olga', 'OWNER'))(end('leaveAccount', 'olga'))).to.equal(undefined);
      expect(
        useInstead(
          opened('DOCUMENT360', { directoryManagedUsers: 'LOCAL_CHANGES_FORBIDDEN' }),
          added('olga', 'OWNER'),
          addedAs('READER', 'rita', 'REVIEWER'),
          added('mia', 'ADMIN'),
          managedBy('entra', 'mia'),
        )(end('leaveAccount', 'olga')),
      ).to.equal(undefined);
    });
    it('does not, for somebody who may make nobody an owner', () =>
      expect(useInstead(opened('SUPEROFFICE'), ...people)(end('removeUser', 'olga'), user('adam'))).to.equal(
        undefined,
      ));
    it('does not, for the very mutation that was tried', () =>
      expect(
        useInstead(
          opened(),
          ...people,
        )({ type: 'changeRole', userId: 'olga', role: 'ADMIN', expectedRole: null }),
      ).to.equal(undefined));
  });

  describe('names a field of the input that was sent:', () => {
    it('none of leaveAccount, which names nobody', () => {
      const refusal = refusalOf(
        given(opened(), ...people).when(end('leaveAccount', 'carl'), user('carl')).decision,
      );
      expect(refusal).to.include({ code: 'SELF_REMOVAL_FORBIDDEN' }).and.not.have.property('field');
    });
    it('the person of addUser, who may be named by address', () => {
      const add = {
        type: 'addUser',
        userId: 'carl',
        membershipId: 'm',
        kind: 'STANDARD',
        role: 'REVIEWER',
        permissions: [],
        groupIds: [],
      } as const;
      expect(refusalOf(given(opened(), ...people).when(add).decision)).to.include({
        code: 'ALREADY_MEMBER',
        field: 'person',
      });
    });
    it('userId of the others', () =>
      expect(
        refusalOf(given(opened(), ...people).when(end('removeUser', 'olga'), user('adam')).decision).field,
      ).to.equal('userId'));
  });

  it('of a confirmation shows what is asked for one and in bulk', () => {
    const refusal = refusalOf(
      given(opened('PARTNER_PORTAL'), ...people).when(
        end('deactivateUser', 'carl', { confirmation: { ...unconfirmed, isBulk: true } }),
      ).decision,
    );
    expect(factsOf(refusal)).to.deep.equal({
      authority: 'MEMBERSHIP',
      operation: 'DEACTIVATE',
      confirmationForOne: 'NONE',
      confirmationInBulk: 'TYPED_PHRASE',
    });
  });

  it('of a successor shows the one at fault', () => {
    const refusal = refusalOf(
      given(
        opened('SUPEROFFICE'),
        ...people,
        { type: 'UserFrozen', data: { userId: 'adam', membershipId: 'm-adam' } },
        { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
      ).when(end('removeUser', 'carl', { confirmation: confirmed, successors: { forAll: 'adam', each: [] } }))
        .decision,
    );
    expect(factsOf(refusal)).to.deep.equal({
      successorId: 'adam',
      successorStatus: 'FROZEN',
      successorIsTarget: 'false',
    });
  });
});

describe('every decision', () => {
  const commandsRefusedBy = new Map<RejectionCode, Set<AccountCommand['type']>>();
  const explained = new Set<RejectionCode>();

  it('is explained by the same rules and the same facts, whether it was refused or not; none of them personal', () =>
    fc.assert(
      fc.property(policies, steps({ minLength: 20, maxLength: 60 }), (policy, taken) => {
        const timeline = new Timeline(begin(policy));
        const { state } = timeline;
        for (const { moves, ask } of taken) {
          timeline.now += typeof moves === 'number' ? moves : 60_000;
          timeline.writeDue();
          const { command, actor } = ask(timeline);
          const account = state.account.get(ACCOUNT);
          if (account === undefined) throw new Error('the account is open');
          const asked = askedBy(state, command);
          const decision = timeline.decide(command, actor);
          if (isRejection(decision)) {
            if (decision.code !== 'NOT_FOUND') {
              const commands = commandsRefusedBy.get(decision.code) ?? new Set();
              commandsRefusedBy.set(decision.code, commands.add(command.type));
              if (isAnswer(command) && actor.kind === 'USER') continue;
              expect(decision.policyVersion).to.equal(account.policyVersion);
              expect(decision.rule?.code).to.equal(decision.code);
              checkShape(decision.rule);
            }
            continue;
          }
          const past = decisionsIn(decision);
          if (command.type !== 'reassignContacts')
            expect(past.length).to.be.lessThan(2, `${command.type} is one decision`);
          const authority = permit(state, command, actor);
          for (const one of past) {
            if (isRejection(authority)) throw new Error('what was decided was permitted');
            const inquiry = {
              state,
              account,
              authority: actingAs(authority),
              actorId: actor.kind === 'USER' ? actor.userId : actor.id,
              occurredAt: timeline.now,
              permission: null,
            };
            for (const code of rulesBehind(one.main)) {
              explained.add(code);
              const told = appliedRule(code, { ...inquiry, asked: askedInPast(state, one) });
              checkShape(told);
              if (!saysLess(command, code))
                expect(told).to.deep.equal(appliedRule(code, { ...inquiry, asked }), command.type);
            }
          }
          timeline.ask(command, actor);
        }
      }),
      { numRuns: 150, endOnFailure: true },
    ));

  it('passes by every rule that could have refused it', () => {
    const missing = [...commandsRefusedBy].flatMap(([code, commands]) =>
      everywhere.has(code)
        ? []
        : [...commands].filter((type) => !rulesFor(type).has(code)).map((type) => `${type} ${code}`),
    );
    expect(missing).to.deep.equal([]);
    expect(explained.size).to.be.greaterThan(25);
    expect(commandsRefusedBy.size).to.be.greaterThan(25);
  });
});

/** Whoever answers an invitation is told nothing of the account. */
const isAnswer = ({ type }: AccountCommand): boolean =>
  type === 'acceptInvitation' || type === 'declineInvitation';

describe('the rules', () => {
  it('name behaviours by their ids, and fields of the policy', () => {
    for (const [code, { says, sources, policy }] of Object.entries(rules)) {
      expect(says, code).to.match(/^[A-Z].+\.$/);
      for (const source of sources) expect(source, code).to.match(/^(SO|SW|D3|PP)-\d+$/);
      for (const field of policy) expect(presets.DEFAULT, code).to.have.property(field);
    }
  });
  it('explain each event by rules with a code of its own', () => {
    for (const type of accountEventTypes)
      expect(new Set(rulesOf[type]).size, type).to.equal(rulesOf[type].length);
  });
  it('ask Muster itself for no rank, and say so', () => {
    const state = given(opened(), ...people).state;
    const account = state.account.get(ACCOUNT);
    const command = end('removeUser', 'carl');
    for (const actor of [system, scheduler, operator('ADMIN')]) {
      const authority = permit(state, command, actor);
      if (account === undefined || isRejection(authority)) continue;
      const { facts } = appliedRule('TARGET_OUTRANKS_ACTOR', {
        state,
        account,
        authority: actingAs(authority),
        actorId: 'somebody',
        occurredAt: 0,
        asked: askedBy(state, command),
        permission: null,
      });
      expect(facts.slice(0, 2)).to.deep.equal([
        { name: 'authority', value: 'SYSTEM' },
        { name: 'actorRole', value: 'none' },
      ]);
    }
  });
});

/** What every command passes, whatever it writes. */
const everywhere: ReadonlySet<RejectionCode> = new Set([
  'PERMISSION_DENIED',
  'INVALID_INPUT',
  'STALE_VALUE',
] satisfies RejectionCode[]);

const rulesFor = (type: AccountCommand['type']): ReadonlySet<RejectionCode> =>
  new Set(
    accountEventTypes
      .filter((event) => commandOf({ type: event, data: { cause: 'TERMINATED' } } as never) === type)
      .flatMap((event) => rulesOf[event]),
  );

/** An event tells what was done; of what was asked and was so already it tells nothing. */
const saysLess = ({ type }: AccountCommand, code: RejectionCode): boolean =>
  (type === 'grantPermissions' && code === 'PERMISSION_NOT_GRANTABLE') ||
  (type === 'reassignContacts' && code === 'INVALID_SUCCESSOR');

const words: ReadonlySet<string> = new Set([
  ...['none', 'true', 'false', 'STANDARD', 'OPERATOR', 'role:ADMIN', 'entra', 'okta'],
  ...['MEMBERSHIP', 'OPERATOR', 'SYSTEM', 'INVITATION', 'SCHEDULE'],
  ...[
    ...roles,
    ...memberKinds,
    ...membershipStatuses,
    ...groupRoles,
    ...confirmations,
    ...confirmedOperations,
  ],
  // Ids of people in these histories.
  ...['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'],
]);

/** Ids, words of Muster's own, numbers and times: no name, no address, nothing a portal has made up. */
const isImpersonal = (value: string): boolean =>
  words.has(value) ||
  /^-?\d+$/.test(value) ||
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ||
  /^(?:(?:users|seats|accounts|contacts|session|policy|import|scheduler|audit|analytics|bulk|account)\.?[a-z]* ?)+$/.test(
    value,
  );

const checkShape = (rule: AppliedRule | undefined): void => {
  if (rule === undefined) throw new Error('there is a rule');
  expect(rule.facts.map(({ name }) => name)).to.deep.equal(rules[rule.code].facts);
  expect(rule.policy.map(({ field }) => field)).to.deep.equal(rules[rule.code].policy);
  for (const { name, value } of rule.facts)
    expect(isImpersonal(value), `${rule.code} ${name}=${value}`).to.equal(true);
};
