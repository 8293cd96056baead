import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type MusterChild, startMusterChild } from '../../scripts/child/muster-child.js';
import { newTokenIssuer } from '../../scripts/child/token-issuer.js';
import { runMuster } from '../cli/run-muster.js';
import { applied } from '../support/account-world.js';
import { graphqlClient } from '../support/graphql-client.js';
import { type LiveEntry, subscribeLive } from '../support/live-client.js';

const KILLS = 2;
const SUBJECT = 'root-owner';

describe('following an account on a server that is killed', function () {
  this.timeout(120_000);
  let dataDir: string;
  let child: MusterChild | undefined;
  before(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'muster-live-'));
  });
  after(async () => {
    await child?.end('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('goes on after each kill -9 without gap or repeat', async () => {
    const issuer = newTokenIssuer();
    const { issuer: iss, env } = issuer;
    const init = [
      'init',
      '--data',
      dataDir,
      '--issuer',
      iss,
      '--subject',
      SUBJECT,
      '--name',
      'Root',
      '--json',
    ];
    const { stdout, exitCode } = await runMuster(...init);
    expect(exitCode).to.equal(0);
    const { rootAccountId: accountId } = JSON.parse(stdout) as { readonly rootAccountId: string };
    const token = await issuer.tokenFor(SUBJECT);
    const seen: LiveEntry[] = [];
    for (let kills = 0; kills <= KILLS; kills += 1) {
      child = await startMusterChild({ dataDir, env });
      const { url } = child;
      const client = graphqlClient(url, token);
      const live = await subscribeLive({ url, token, accountId, after: seen.at(-1)?.position ?? '0' });
      const writing = Array.from({ length: 30 }, (_, n) =>
        client.mutate('createGroup', { accountId, name: `Group ${kills}-${n}` }),
      );
      const written = Promise.allSettled(writing);
      if (kills < KILLS) {
        await live.received(5);
        await child.end('SIGKILL');
        await written;
        expect(await live.closed).to.equal(1006);
        seen.push(...live.entries);
        continue;
      }
      (await Promise.all(writing)).forEach(applied);
      const query =
        'query ($a: ID!) { auditLog(accountId: $a, first: 200) { nodes { id } pageInfo { hasNextPage } } }';
      const { auditLog } = await client.query(query, { a: accountId });
      expect(auditLog.pageInfo.hasNextPage).to.equal(false);
      const all = (auditLog.nodes as readonly { readonly id: string }[]).map(({ id }) => id).reverse();
      await live.received(all.length - seen.length);
      seen.push(...live.entries);
      expect(seen.map(({ id }) => id)).to.deep.equal(all);
      await live.stop();
    }
  });
});
