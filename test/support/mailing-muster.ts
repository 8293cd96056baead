import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidV7 } from 'uuid';
import { type Received, TestMailServer } from '../mail/test-mail-server.js';
import { startMuster, type TestMuster } from './start-muster.js';

/** A server with a real mail server behind it, a clock that only the test moves, and a folder that outlives a restart. */
export class MailingMuster {
  readonly clock = { nowMs: Date.parse('2030-01-01T00:00:00.000Z') };
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'muster-mailing-'));
  #running: TestMuster | null = null;

  private constructor(readonly post: TestMailServer) {}

  static async start(): Promise<MailingMuster> {
    const mailing = new MailingMuster(await TestMailServer.start());
    await mailing.#open();
    return mailing;
  }

  /** Clients of a server that was stopped since are of no use any more. */
  get muster(): TestMuster {
    if (this.#running === null) throw new Error('Muster is stopped');
    return this.#running;
  }

  async restart(): Promise<void> {
    await this.muster.close();
    await this.#open();
  }

  /** Lets time pass, and everything that is due be done: mail too. */
  async pass(ms = 0): Promise<void> {
    this.clock.nowMs += ms;
    await this.muster.processManagers.settled();
  }

  mailsTo(address: string): readonly Received[] {
    return this.post.received.filter(({ recipients }) => recipients.includes(address));
  }

  async remove(): Promise<void> {
    await this.muster.close();
    await this.post.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    this.#running = await startMuster({
      dataDir: this.#dataDir,
      environment: { now: () => this.clock.nowMs, newId: () => uuidV7() },
      mail: {
        via: 'SMTP',
        server: this.post.at(),
        from: { name: 'Muster', address: 'muster@muster.example' },
        invitationUrl: 'https://portal.example/#token={token}',
      },
    });
  }
}
