import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type MusterChild, startMusterChild } from '../../scripts/child/muster-child.js';
import { newTokenIssuer } from '../../scripts/child/token-issuer.js';
import { runMuster } from '../cli/run-muster.js';
import { applied } from '../support/account-world.js';
import { graphqlClient } from '../support/graphql-client.js';
import { isSigned, Receiver, take } from '../webhooks/receiver.js';

const KILLS = 2;
const SUBJECT = 'root-owner';

describe('webhooks of a server that is killed', function () {
  this.timeout(180_000);
  let dataDir: string;
  let receiver: Receiver;
  let child: MusterChild | undefined;
  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'muster-webhooks-'));
    receiver = await Receiver.start();
  });
  after(async () => {
    await child?.end('SIGKILL');
    await receiver.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('repeat what the receiver took and nobody wrote down, under the same id, and lose nothing', async () => {
    const { issuer, env: tokens, tokenFor } = newTokenIssuer();
    const env = { ...tokens, MUSTER_WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' };
    const who = ['--issuer', issuer, '--subject', SUBJECT, '--name', 'Root'];
    const { stdout, exitCode } = await runMuster('init', '--data', dataDir, ...who, '--json');
    expect(exitCode).to.equal(0);
    const { rootAccountId: accountId } = JSON.parse(stdout) as { readonly rootAccountId: string };
    const token = await tokenFor(SUBJECT);
    let secret = '';
    const written: string[] = [];
    /** Ids that had been taken when the server was killed before it could know. */
    const unknown: string[] = [];
    for (let starts = 0; starts <= KILLS; starts += 1) {
      const running = await startMusterChild({ dataDir, env });
      child = running;
      const client = graphqlClient(running.url, token);
      if (starts === 0) {
        const input = { accountId, url: receiver.url, types: ['GroupCreated'] };
        secret = applied(await client.mutate('registerWebhook', input, 'secret')).secret;
      }
      const seen = receiver.posts.length;
      const isKilled = new Promise<void>((resolve) => {
        receiver.answer = (response, post) => {
          // The third post after the start is taken; the server is dead before the answer reaches it.
          if (starts === KILLS || receiver.posts.length < seen + 3) return take(response, post);
          receiver.answer = take;
          unknown.push(post.id);
          void running.end('SIGKILL').then(() => {
            take(response, post);
            resolve();
          });
        };
      });
      for (let n = 0; n < 4; n += 1) {
        const input = { accountId, name: `Group ${starts}-${n}` };
        const answer = await client.mutate('createGroup', input).catch(() => null);
        written.push(...(answer?.events ?? []).map(({ id }: { id: string }) => id));
      }
      if (starts < KILLS) await isKilled;
    }
    const lastOf = () => receiver.ids.at(-1);
    while (lastOf() !== written.at(-1)) await receiver.received(receiver.posts.length + 1);
    expect(unknown).to.have.lengthOf(KILLS);
    for (const id of unknown) expect(receiver.ids.filter((other) => other === id).length).to.be.at.least(2);
    const first = receiver.ids.filter((id, index) => receiver.ids.indexOf(id) === index);
    expect(first.filter((id) => written.includes(id))).to.deep.equal(written);
    for (const post of receiver.posts) expect(isSigned(secret, post)).to.equal(true);
  });
});
