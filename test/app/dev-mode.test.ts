import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DevelopmentMuster, startDevelopment } from '../../src/dev-mode.js';
import { developmentToken } from '../../src/development-token.js';
import { graphqlClient } from '../support/graphql-client.js';

describe('development mode', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-dev-'));
  const begin = () =>
    startDevelopment({ dataDir, port: 0, environmentVariables: { MUSTER_LOG_LEVEL: 'silent' } });
  let muster: DevelopmentMuster;
  before(async () => {
    muster = await begin();
  });
  after(async () => {
    await muster.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('listens on this machine only', () => expect(muster.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/));

  it('keeps its key where only its user can read it', () => {
    expect(statSync(join(dataDir, 'dev-key.pem')).mode & 0o777).to.equal(0o600);
  });

  it('gives a token that may do everything, and a world to try it on', async () => {
    const root = graphqlClient(muster.url, muster.token);
    const { viewer } = await root.query(
      '{ viewer { user { name } accounts { nodes { id name viewerPermissions users { totalCount } } } } }',
    );
    expect(viewer.user.name).to.equal('Root Owner');
    const ids = viewer.accounts.nodes.map(({ id }: { id: string }) => id);
    expect(ids).to.include.members([
      muster.rootAccountId,
      ...muster.demoWorld.accounts.map(({ accountId }) => accountId),
    ]);
    for (const account of viewer.accounts.nodes) {
      expect(account.viewerPermissions).to.include('users.manage');
      expect(account.users.totalCount).to.be.greaterThan(0);
    }
  });

  it('lets the people of that world in by their e-mail addresses', async () => {
    const olga = graphqlClient(
      muster.url,
      await muster.tokenFor({ subject: 'olga', email: 'olga@example.com' }),
    );
    const { viewer } = await olga.query('{ viewer { user { name } } }');
    expect(viewer.user.name).to.equal('Olga Owner');
  });

  it('leaves no folder behind where its port is taken', async () => {
    const elsewhere = join(dataDir, 'beside');
    const port = Number(new URL(muster.url).port);
    const begun = startDevelopment({
      dataDir: elsewhere,
      port,
      environmentVariables: { MUSTER_LOG_LEVEL: 'silent' },
    });
    const failure = await begun.then(
      async (second) => {
        await second.close();
        return null;
      },
      (error: unknown) => error,
    );
    expect(failure).to.include({ code: 'EADDRINUSE' });
    expect(existsSync(elsewhere)).to.equal(false);
  });

  it('gives tokens for them from the data folder alone', async () => {
    const token = await developmentToken(dataDir, 'petra');
    const petra = graphqlClient(muster.url, token ?? '');
    const { viewer } = await petra.query('{ viewer { user { name } accounts { nodes { id } } } }');
    expect(viewer.user.name).to.equal('Petra Operator');
    expect(viewer.accounts.nodes).to.have.length(6);
    expect(await developmentToken(join(dataDir, 'elsewhere'), 'petra')).to.equal(null);
  });

  it('serves an explorer page that fetches nothing from elsewhere', async () => {
    const page = await (await fetch(`${muster.url}/`)).text();
    expect(page).to.include('GraphiQL');
    expect(page.match(/<(script|link|img)[^>]+(src|href)="https?:/g) ?? []).to.deep.equal([]);
  });

  it('takes yesterday’s token after a restart, and makes nothing twice', async () => {
    const { token, rootAccountId } = muster;
    const before = await eventsOfThisWorld(muster);
    await muster.close();
    muster = await begin();
    expect(muster.rootAccountId).to.equal(rootAccountId);
    expect(await eventsOfThisWorld(muster)).to.equal(before);
    expect(
      (await graphqlClient(muster.url, token).query('{ viewer { user { id } } }')).viewer.user,
    ).not.to.equal(null);
  });
});

/** How many there are, without the mails that go out meanwhile. */
async function eventsOfThisWorld({ core }: DevelopmentMuster): Promise<number> {
  const events = await core.store.readAll({ afterPosition: 0, maxCount: 2_000 });
  return events.filter(({ stream }) => !stream.startsWith('effect-')).length;
}
