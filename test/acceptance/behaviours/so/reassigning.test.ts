import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import {
  assign,
  type Duty,
  dutiesOf,
  holdersOf,
  partnerAdministrative,
  partnerTechnical,
  technicalOf,
} from '../../../support/contact-duties.js';
import { invite } from '../../../support/invitee.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

describe('SUPEROFFICE: removing a contact', () => {
  let muster: TestMuster;
  let partner: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
  });

  const remove = (fields: object = {}) => {
    const { accountId, olga, carl } = partner;
    return olga.client.mutate('removeUser', {
      accountId,
      userId: carl.userId,
      confirmed: true,
      ...fields,
    });
  };
  const refused = (fields: object = {}) =>
    appendingNothing(muster, partner.olga.client, () => remove(fields));
  const preview = async (successors: object | null = null) => {
    const { accountId, olga, carl } = partner;
    const query = `query ($a: ID!, $u: ID!, $s: SuccessorsInput) {
      offboardingPreview(accountId: $a, userId: $u, operation: REMOVE, successors: $s) {
        token canCommit reassignmentRequired responsibilities { kind applicationId }
        missingSuccessors { kind applicationId } blockers { code } } }`;
    const variables = { a: accountId, u: carl.userId, s: successors };
    return (await olga.client.query(query, variables)).offboardingPreview;
  };
  /** Carl looks after some applications. */
  const applicationsOfCarl = async (names: readonly string[]): Promise<readonly Duty[]> => {
    const duties: Duty[] = [];
    for (const name of names)
      duties.push(technicalOf(await partner.registerApplication(name, partner.carl.userId)));
    return duties;
  };
  const to = (userId: string) => (responsibility: Duty) => ({ responsibility, userId });
  const handedOver = (events: Awaited<ReturnType<typeof eventsAfter>>) =>
    events
      .filter(({ type }) => type === 'ContactReassigned')
      .map(({ data }) => ({ ...data.responsibility, holder: data.toUserId }));

  it('SO-9 YES does not commit: reassignment comes first, and the whole list is given', async () => {
    const { accountId, carl, olga } = partner;
    const duties = [...(await applicationsOfCarl(['Shop', 'Wiki'])), partnerTechnical, partnerAdministrative];
    await assign(partner, carl.userId, [partnerTechnical, partnerAdministrative]);
    const before = await dutiesOf(partner);
    const answer = await refused();
    expect(answer.outcome).to.equal('REJECTED');
    expect(answer.userErrors).to.have.lengthOf(1);
    const [error] = answer.userErrors;
    expect(error).to.include({ code: 'REASSIGNMENT_REQUIRED', field: 'input.successors' });
    expect(error?.message).to.equal('Name a successor for each of these 4 duties.');
    expect(error?.responsibilities).to.have.deep.members(duties);
    expect(await dutiesOf(partner)).to.deep.equal(before);
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status responsibilities { kind } } }`;
    const { membership } = await olga.client.query(query, { a: accountId, u: carl.userId });
    expect(membership.status).to.equal('ACTIVE');
    expect(membership.responsibilities).to.have.lengthOf(4);
  });

  it('SO-9 holds for every way of removing: bulk and everywhere', async () => {
    const { accountId, carl, olga, adam } = partner;
    await assign(partner, carl.userId, [partnerAdministrative]);
    const before = await accountEvents(muster, accountId);
    const selection = [{ accountId, users: [carl.userId] }];
    for (const answer of [
      await olga.client.bulk('removeUsers', { selection, confirmed: true }),
      await olga.client.bulk('endEverywhere', { userId: carl.userId, confirmed: true }),
    ]) {
      expect(answer.items.map(({ outcome }) => outcome)).to.deep.equal(['REJECTED']);
      expect(answer.items[0]?.userErrors[0]).to.deep.include({
        code: 'REASSIGNMENT_REQUIRED',
        responsibilities: [partnerAdministrative],
      });
    }
    expect(await accountEvents(muster, accountId)).to.deep.equal(before);
    const settled = [{ ...selection[0], successors: { forAll: adam.userId } }];
    const done = await olga.client.bulk('removeUsers', { selection: settled, confirmed: true });
    expect(done.counts).to.include({ applied: 1 });
    const written = (await accountEvents(muster, accountId)).slice(before.length);
    expect(written.map(({ type }) => type)).to.deep.equal(['ContactReassigned', 'UserRemoved']);
  });

  it('SO-10 three kinds of contact, and no other', async () => {
    const query = '{ __type(name: "ResponsibilityKind") { kind enumValues { name } } }';
    const { __type } = await muster.root.query(query);
    expect(__type.kind).to.equal('ENUM');
    expect(__type.enumValues.map(({ name }: { name: string }) => name)).to.have.members([
      'APPLICATION_TECHNICAL_CONTACT',
      'ACCOUNT_TECHNICAL_CONTACT',
      'ACCOUNT_ADMINISTRATIVE_CONTACT',
    ]);
  });

  it('SO-10 one person may hold any mix of them, and is asked for exactly that', async () => {
    const { accountId, olga, adam, carl } = partner;
    const [application] = await applicationsOfCarl(['Shop']);
    const all = [application as Duty, partnerTechnical, partnerAdministrative];
    await assign(partner, carl.userId, [partnerTechnical, partnerAdministrative]);
    const mixes = Array.from({ length: 8 }, (_, bits) => all.filter((_, i) => ((bits >> i) & 1) === 1));
    for (const mix of mixes) {
      const reassignments = all.map((duty) => to((mix.includes(duty) ? carl : adam).userId)(duty));
      await olga.client.mutate('reassignContacts', { accountId, reassignments });
      const seen = await preview();
      expect(seen.responsibilities).to.have.deep.members(mix);
      expect(seen.missingSuccessors).to.have.deep.members(mix);
      expect(seen).to.include({ reassignmentRequired: mix.length > 0, canCommit: mix.length === 0 });
      const answer = await remove({ dryRun: true });
      expect(answer.userErrors[0]?.responsibilities ?? []).to.have.deep.members(mix);
      expect(answer.outcome).to.equal(mix.length === 0 ? 'WOULD_APPLY' : 'REJECTED');
    }
  });

  it('SO-11 a new technical contact for all applications: one short is refused, and it is named', async () => {
    const { adam, olga, carl } = partner;
    const applications = await applicationsOfCarl(['Shop', 'Wiki', 'Crm', 'Desk']);
    const eachBut = (left: Duty) => applications.filter((duty) => duty !== left).map(to(adam.userId));
    for (const left of applications) {
      const answer = await refused({ successors: { each: eachBut(left) } });
      expect(answer.userErrors[0]).to.deep.include({
        code: 'REASSIGNMENT_REQUIRED',
        responsibilities: [left],
      });
    }
    expect(await holdersOf(partner, applications)).to.deep.equal(Array(4).fill(carl.userId));
    const [first, ...rest] = applications.map(to(adam.userId));
    const each = [{ ...first, userId: olga.userId }, ...rest];
    applied(await remove({ successors: { each } }));
    expect(await holdersOf(partner, applications)).to.deep.equal([
      olga.userId,
      ...Array(3).fill(adam.userId),
    ]);
  });

  it('SO-11 a successor for the partner is none for an application', async () => {
    const { adam, carl } = partner;
    const [shop] = await applicationsOfCarl(['Shop']);
    await assign(partner, carl.userId, [partnerTechnical]);
    const answer = await refused({ successors: { each: [to(adam.userId)(partnerTechnical)] } });
    expect(answer.userErrors[0]).to.deep.include({ code: 'REASSIGNMENT_REQUIRED', responsibilities: [shop] });
  });

  it('SO-12 each contact role of the partner needs a successor of its own', async () => {
    const { adam, carl, rita } = partner;
    const roles = [partnerTechnical, partnerAdministrative];
    await assign(partner, carl.userId, roles);
    for (const [given, other] of [roles, [...roles].reverse()] as [Duty, Duty][]) {
      const answer = await refused({ successors: { each: [to(adam.userId)(given)] } });
      expect(answer.userErrors[0]).to.deep.include({
        code: 'REASSIGNMENT_REQUIRED',
        responsibilities: [other],
      });
    }
    applied(
      await remove({
        successors: { each: [to(adam.userId)(partnerTechnical), to(rita.userId)(partnerAdministrative)] },
      }),
    );
    expect(await dutiesOf(partner)).to.have.deep.members([
      { ...partnerTechnical, holder: adam.userId },
      { ...partnerAdministrative, holder: rita.userId },
    ]);
  });

  it('SO-13 contacts of partner and applications are settled together, in one step', async () => {
    const { accountId, adam, carl, rita } = partner;
    const [shop, wiki] = (await applicationsOfCarl(['Shop', 'Wiki'])) as [Duty, Duty];
    await assign(partner, carl.userId, [partnerTechnical, partnerAdministrative]);
    const each = [
      ...[partnerTechnical, shop].map(to(adam.userId)),
      ...[partnerAdministrative, wiki].map(to(rita.userId)),
    ];
    const head = await muster.core.store.head();
    applied(await remove({ successors: { each } }));
    const written = await eventsAfter(muster, head);
    expect(written.map(({ stream }) => stream)).to.deep.equal(Array(5).fill(`account-${accountId}`));
    expect(new Set(written.map(({ commandId }) => commandId)).size, 'one step').to.equal(1);
    expect(handedOver(written)).to.have.deep.members(
      each.map(({ responsibility, userId }) => ({ ...responsibility, holder: userId })),
    );
    expect(written.at(-1)?.type).to.equal('UserRemoved');
  });

  it('SO-15 cannot be committed until every reassignment is OK', async () => {
    const { adam, carl, rita } = partner;
    const [shop, wiki] = (await applicationsOfCarl(['Shop', 'Wiki'])) as [Duty, Duty];
    await assign(partner, carl.userId, [partnerAdministrative]);
    const all = [shop, wiki, partnerAdministrative];
    const gone = await partner.add('Gone');
    const { accountId, olga } = partner;
    applied(await olga.client.mutate('removeUser', { accountId, userId: gone, confirmed: true }));
    const steps: readonly [object | null, readonly Duty[]][] = [
      [null, all],
      [{ each: [] }, all],
      [{ each: [to(adam.userId)(shop)] }, [wiki, partnerAdministrative]],
      [{ each: [shop, wiki].map(to(adam.userId)) }, [partnerAdministrative]],
      [{ each: all.map(to(carl.userId)) }, all],
      [{ forAll: carl.userId }, all],
      [{ forAll: adam.userId, each: [to(gone)(wiki)] }, [wiki]],
      [{ forAll: gone, each: [to(rita.userId)(shop)] }, [wiki, partnerAdministrative]],
      [{ each: all.map(to(rita.userId)) }, []],
      [{ forAll: adam.userId }, []],
    ];
    for (const [successors, missing] of steps) {
      const about = JSON.stringify(successors);
      const seen = await preview(successors);
      expect(seen.missingSuccessors, about).to.have.deep.members(missing);
      expect(seen, about).to.deep.include({
        canCommit: missing.length === 0,
        reassignmentRequired: true,
        blockers: [],
      });
      const answer = await remove({ successors, dryRun: true });
      expect(answer.outcome, 'the button tells the truth').to.equal(
        seen.canCommit ? 'WOULD_APPLY' : 'REJECTED',
      );
    }
  });

  it('SO-15 all or nothing: one bad one among many, and nothing happens', async () => {
    const { adam, stranger } = partner;
    const names = Array.from({ length: 10 }, (_, i) => `Application ${i}`);
    const applications = await applicationsOfCarl(names);
    const outsider = (await stranger.query('{ viewer { user { id } } }')).viewer.user.id;
    const before = await dutiesOf(partner);
    for (const bad of [0, 4, 9]) {
      const each = applications.map((duty, i) => to(i === bad ? outsider : adam.userId)(duty));
      const answer = await refused({ successors: { each } });
      expect(answer.userErrors[0]).to.deep.include({
        code: 'INVALID_SUCCESSOR',
        field: `input.successors.each.${bad}.userId`,
        responsibilities: [applications[bad]],
      });
      expect(answer.events).to.deep.equal([]);
    }
    expect(await dutiesOf(partner)).to.deep.equal(before);
  });

  it('SO-15 what was OK in the preview is looked at again when it is committed', async () => {
    const { accountId, olga, adam, carl } = partner;
    const [shop] = (await applicationsOfCarl(['Shop'])) as [Duty];
    const successors = { forAll: adam.userId };
    const { token, canCommit } = await preview(successors);
    expect(canCommit).to.equal(true);
    applied(await olga.client.mutate('removeUser', { accountId, userId: adam.userId, confirmed: true }));
    const answer = await refused({ successors, previewToken: token });
    expect(codesOf(answer)).to.deep.equal(['INVALID_SUCCESSOR']);
    const [wiki] = (await applicationsOfCarl(['Wiki'])) as [Duty];
    const stale = await refused({ successors: { forAll: olga.userId }, previewToken: token });
    expect(codesOf(stale)).to.deep.equal(['STALE_PREVIEW']);
    expect(await holdersOf(partner, [shop, wiki])).to.deep.equal([carl.userId, carl.userId]);
  });

  it('SO-17 the successor is somebody else, for all duties and for each', async () => {
    const { accountId, adam, carl } = partner;
    const [shop] = (await applicationsOfCarl(['Shop'])) as [Duty];
    await assign(partner, carl.userId, [partnerTechnical]);
    const themselves = [
      [{ forAll: carl.userId }, 'input.successors.forAll'],
      [{ forAll: adam.userId, each: [to(carl.userId)(shop)] }, 'input.successors.each.0.userId'],
      [
        { each: [to(adam.userId)(partnerTechnical), to(carl.userId)(shop)] },
        'input.successors.each.1.userId',
      ],
    ] as const;
    for (const [successors, field] of themselves) {
      const answer = await refused({ successors });
      expect(answer.userErrors[0]).to.include({
        code: 'INVALID_SUCCESSOR',
        field,
        message: 'The successor must be somebody else.',
      });
    }
    const left = (await accountEvents(muster, accountId)).filter(({ type }) => type === 'ContactReassigned');
    expect(left).to.deep.equal([]);
  });

  describe('SO-18', () => {
    /** Everybody who is not one of the partner's own active users. */
    const ineligible = async (world: AccountWorld): Promise<Readonly<Record<string, string>>> => {
      const { accountId, olga, stranger } = world;
      const act = async (mutation: string, userId: string) => {
        applied(await olga.client.mutate(mutation, { accountId, userId, confirmed: true }));
        return userId;
      };
      const elsewhere = await accountWorld(muster, { preset: 'SUPEROFFICE' });
      const frozen = await world.add('Frida');
      applied(await olga.client.mutate('freezeUser', { accountId, userId: frozen }));
      const revoked = (await invite(world, 'rex')).userId;
      applied(await olga.client.mutate('revokeInvitation', { accountId, userId: revoked }));
      return {
        unknown: 'f0f0f0f0-0000-4000-8000-00000000000f',
        outsider: (await stranger.query('{ viewer { user { id } } }')).viewer.user.id,
        'owner of another partner': elsewhere.olga.userId,
        'operator of the partner': muster.rootUserId,
        invited: (await invite(world)).userId,
        revoked,
        frozen,
        inactive: await act('deactivateUser', await world.add('Ina')),
        removed: await act('removeUser', await world.add('Rob')),
      };
    };

    it('SO-18 a successor is one of the partner’s own active users, nobody else', async () => {
      // Somebody inactive there is only after deactivating, which the preset does not offer.
      partner = await accountWorld(muster, {
        preset: 'SUPEROFFICE',
        policy: { operationsOffered: ['REMOVE', 'DEACTIVATE'] },
      });
      const { accountId, olga, adam } = partner;
      const [shop] = (await applicationsOfCarl(['Shop'])) as [Duty];
      for (const [who, userId] of Object.entries(await ineligible(partner))) {
        const answers = [
          await refused({ successors: { forAll: userId } }),
          await refused({ successors: { each: [to(userId)(shop)] } }),
          await appendingNothing(muster, olga.client, (client) =>
            client.mutate('reassignContacts', { accountId, reassignments: [to(userId)(shop)] }),
          ),
          await appendingNothing(muster, olga.client, (client) =>
            client.mutate('registerApplication', { accountId, name: who, technicalContactUserId: userId }),
          ),
        ];
        for (const answer of answers) expect(codesOf(answer), who).to.deep.equal(['INVALID_SUCCESSOR']);
        const seen = await preview({ forAll: userId });
        expect(seen, who).to.deep.include({ canCommit: false, missingSuccessors: [shop] });
      }
      applied(await remove({ successors: { forAll: adam.userId } }));
    });

    it('SO-18 exactly those are offered', async () => {
      const { accountId, olga, adam, carl, rita } = partner;
      const ivy = await invite(partner);
      const reader = await partner.add('Rea', { kind: 'READER', role: 'REVIEWER' });
      const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) {
        eligibleSuccessors { totalCount users { id } } } }`;
      const { eligibleSuccessors } = (await olga.client.query(query, { a: accountId, u: carl.userId }))
        .offboardingPreview;
      const ids = eligibleSuccessors.users.map(({ id }: { id: string }) => id);
      expect(ids).to.deep.equal([olga.userId, adam.userId, rita.userId, reader]);
      expect(eligibleSuccessors.totalCount).to.equal(4);
      expect(ids).not.to.include(ivy.userId);
      await applicationsOfCarl(['Shop']);
      for (const userId of ids)
        expect((await remove({ successors: { forAll: userId }, dryRun: true })).outcome).to.equal(
          'WOULD_APPLY',
        );
    });

    it('SO-18 two who name each other at the same time: one stays', async () => {
      const { accountId, olga, adam, carl } = partner;
      await assign(partner, carl.userId, [partnerTechnical]);
      await assign(partner, adam.userId, [partnerAdministrative]);
      const removal = (userId: string, forAll: string) =>
        olga.client.mutate('removeUser', { accountId, userId, confirmed: true, successors: { forAll } });
      const answers = await Promise.all([
        removal(carl.userId, adam.userId),
        removal(adam.userId, carl.userId),
      ]);
      expect(answers.map(({ outcome }) => outcome).sort()).to.deep.equal(['APPLIED', 'REJECTED']);
      expect(answers.flatMap(codesOf)).to.deep.equal(['INVALID_SUCCESSOR']);
      const stays = answers[0]?.outcome === 'APPLIED' ? adam : carl;
      expect((await dutiesOf(partner)).map(({ holder }) => holder)).to.deep.equal([
        stays.userId,
        stays.userId,
      ]);
    });
  });

  it('SO-24 one successor for all the listed applications, or one each, or both', async () => {
    const { accountId, olga, adam, rita } = partner;
    const applications = await applicationsOfCarl(['Shop', 'Wiki', 'Crm']);
    const both = { forAll: adam.userId, each: applications.slice(1, 2).map(to(rita.userId)) };
    const inputs: readonly [object, readonly string[]][] = [
      [{ forAll: adam.userId }, [adam.userId, adam.userId, adam.userId]],
      [
        { each: applications.map((duty, i) => to([adam, rita, olga][i]?.userId ?? '')(duty)) },
        [adam.userId, rita.userId, olga.userId],
      ],
      [both, [adam.userId, rita.userId, adam.userId]],
    ];
    for (const [successors, holders] of inputs) {
      const { events } = await remove({ successors, dryRun: true });
      expect(
        events.slice(0, -1).map(({ data }) => ({ ...data.responsibility, holder: data.toUserId })),
      ).to.have.deep.members(applications.map((duty, i) => ({ ...duty, holder: holders[i] })));
    }
    applied(await remove({ successors: both }));
    expect(await holdersOf(partner, applications)).to.deep.equal([adam.userId, rita.userId, adam.userId]);
    expect((await accountEvents(muster, accountId)).at(-1)?.type).to.equal('UserRemoved');
  });

  it('SO-25 in the one append every duty is reassigned before the removal', async () => {
    const { accountId, adam, carl, olga } = partner;
    const applications = await applicationsOfCarl(['Shop', 'Wiki', 'Crm']);
    await assign(partner, carl.userId, [partnerTechnical, partnerAdministrative]);
    const head = await muster.core.store.head();
    const answer = applied(await remove({ successors: { forAll: adam.userId } }));
    const written = await eventsAfter(muster, head);
    const types = [...Array(5).fill('ContactReassigned'), 'UserRemoved'];
    expect(written.map(({ type }) => type)).to.deep.equal(types);
    expect(typesOf(answer)).to.deep.equal(types);
    const [first] = written;
    expect(written.map(({ revision }) => revision)).to.deep.equal(
      written.map((_, i) => (first?.revision ?? 0) + i),
    );
    expect(new Set(written.map(({ stream }) => stream))).to.deep.equal(new Set([`account-${accountId}`]));
    expect(new Set(written.map(({ commandId }) => commandId)).size).to.equal(1);
    expect(handedOver(written)).to.have.deep.members(
      [...applications, partnerTechnical, partnerAdministrative].map((duty) => ({
        ...duty,
        holder: adam.userId,
      })),
    );
    expect(written.at(-1)?.data.snapshot.responsibilities, 'held up to the step').to.have.lengthOf(5);
    const query = `query ($a: ID!) { auditLog(accountId: $a, first: 6) { nodes { type } } }`;
    const { nodes } = (await olga.client.query(query, { a: accountId })).auditLog;
    expect(nodes.map(({ type }: { type: string }) => type)).to.deep.equal([...types].reverse());
  });
});
