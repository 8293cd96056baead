import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import { applied, joining } from '../application/installed-muster.js';
import { end } from '../domain/account/given.js';
import { DAY_MS, PostalMuster, sharedStore } from './postal-muster.js';

describe('deadlines', () => {
  let muster: PostalMuster;
  let accountId: string;
  let olga: RequestActor;

  beforeEach(async () => {
    muster = await PostalMuster.start();
    ({ accountId, olga } = await muster.openAccount({
      ssoCutoffOnDeactivate: 'AT_SESSION_END',
      ssoCutoffMaximumSeconds: 3600,
    }));
  });
  afterEach(() => muster.remove());

  const eventsOf = (type: string) => muster.accountEvents(accountId, type);
  const invite = async (email: string) =>
    applied(await muster.application.invitations.invite(joining(accountId, olga, email)));

  it('end invitations after seven days, as of that moment (SW-15)', async () => {
    await invite('rita@acme.example');
    const expiresAt = new Date(muster.clock.now + 7 * DAY_MS).toISOString();
    muster.clock.now += 7 * DAY_MS - 1;
    await muster.settled();
    expect(await eventsOf('InvitationExpired')).to.deep.equal([]);
    muster.clock.now += DAY_MS;
    await muster.settled();
    const [expired, ...others] = await eventsOf('InvitationExpired');
    expect(others).to.deep.equal([]);
    expect(expired).to.deep.include({
      occurredAt: expiresAt,
      recordedAt: new Date(muster.clock.now).toISOString(),
      actor: { kind: 'SCHEDULER', id: 'deadlines', onBehalfOf: null, authority: null },
    });
  });

  it('end sessions that reach their maximum (D3-23)', async () => {
    const added = applied(
      await muster.application.addUser(joining(accountId, olga, 'sam@acme.example', { kind: 'SSO' })),
    );
    await muster.execute(accountId, olga, end('deactivateUser', added.events[0]?.subjectId ?? ''));
    muster.clock.now += 3_600_000 - 1;
    await muster.settled();
    expect(await eventsOf('SessionAccessEnded')).to.deep.equal([]);
    muster.clock.now += 1;
    await muster.settled();
    const [ended] = await eventsOf('SessionAccessEnded');
    expect(ended?.data).to.include({ cause: 'MAXIMUM_REACHED' });
  });

  it('are written down once, by however many nodes, after however long a rest', async () => {
    for (const name of ['rita', 'rudi', 'ruth']) await invite(`${name}@acme.example`);
    await muster.restart(() => {
      muster.clock.now += 30 * DAY_MS;
    });
    for (const store of [sharedStore(muster.store), sharedStore(muster.store)]) muster.begin({ store });
    await muster.settled();
    muster.clock.now -= 60 * DAY_MS;
    await muster.settled();
    muster.clock.now += 90 * DAY_MS;
    await muster.settled();
    expect(await eventsOf('InvitationExpired')).to.have.length(3);
  });
});
