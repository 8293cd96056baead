import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import type { ReadModel } from '../../projections/read-model.js';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { MusterApplication } from '../../src/application/muster-application.js';
import type { Applied } from '../../src/application/outcome.js';
import { type Core, openCore } from '../../src/core.js';
import { createMailer } from '../../src/create-mailer.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { MailEvent } from '../../src/domain/mail/events.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { personalTracesOf } from '../../src/personal-traces.js';
import { ProcessManagers, type ProcessManagersParts } from '../../src/process-managers/process-managers.js';
import { type ProjectorThread, startProjectorThread } from '../../src/projector-thread.js';
import { webhookListsOf } from '../../src/webhook-lists.js';
import { webhookPoster } from '../../src/webhook-poster.js';
import { allowedPrivateFrom } from '../../src/webhooks/addresses.js';
import { workListsOf } from '../../src/work-lists.js';
import { applied, joining, user } from '../application/installed-muster.js';
import { TestMailServer } from '../mail/test-mail-server.js';

export const DAY_MS = 24 * 3600 * 1000;
export const PAGE = 'https://portal.example/invitation#';

/** Receivers of tests listen here. */
export const onThisMachine = allowedIn(['127.0.0.0/8']);

function allowedIn(entries: readonly string[]) {
  const read = allowedPrivateFrom(entries);
  if ('wrong' in read) throw new Error(`not to be allowed: ${read.wrong}`);
  return read.allowed;
}

/** Muster without its HTTP server: log, read model, a real mail server, and a clock that only the test moves. */
export class PostalMuster {
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-processes-'));
  readonly clock = { now: Date.parse('2026-03-01T09:00:00.000Z') };
  readonly failures: unknown[] = [];
  #core: Core | null = null;
  #projector: ProjectorThread | null = null;
  #managers: ProcessManagers[] = [];
  root: RequestActor = { kind: 'SYSTEM', id: 'nobody yet' };

  private constructor(readonly post: TestMailServer) {}

  static async start(): Promise<PostalMuster> {
    const muster = new PostalMuster(await TestMailServer.start());
    await muster.open();
    const owner = { issuer: 'https://issuer.example', subject: 'root', name: 'Root' };
    const { userId } = await muster.application.initialise({ owner });
    muster.root = user(userId);
    return muster;
  }

  get core(): Core {
    if (this.#core === null) throw new Error('Muster is stopped');
    return this.#core;
  }

  get application(): MusterApplication {
    return this.core.application;
  }

  get store(): EventStore {
    return this.core.store;
  }

  get readModel(): ReadModel {
    if (this.#projector === null) throw new Error('Muster is stopped');
    return this.#projector.readModel;
  }

  async open(): Promise<void> {
    this.#core = await openCore({
      dataDir: this.folder,
      environment: { now: () => this.clock.now, newId: uuidV7 },
      report: (error) => void this.failures.push(error),
      invitationUrl: () => `${PAGE}{token}`,
      webhookPoster: webhookPoster(onThisMachine),
    });
    this.#projector = await startProjectorThread({
      paths: { ...this.#core.folder, keyVaultUrl: null },
      onApplied: () => {
        for (const managers of this.#managers) managers.nudge();
      },
      onFailed: (failure) => void this.failures.push(failure.message),
    });
    this.application.connect(workListsOf(this.readModel, this.store));
  }

  /** What Muster does unasked begins; several times for several nodes on the log. */
  begin(parts: Partial<ProcessManagersParts> = {}): ProcessManagers {
    const { accounts, people, bulk } = this.application;
    const { readModel } = this;
    const { folder, ledger } = this.core;
    const managers = new ProcessManagers({
      ...this.application.parts,
      accounts,
      people,
      bulk,
      lists: workListsOf(readModel, this.store),
      checkpoints: this.core.checkpoints,
      checkpointIntervalMs: null,
      spool: this.core.spool,
      readings: this.application.auditReadings,
      refusals: this.application.refusals,
      readModel,
      ledger,
      traces: personalTracesOf(readModel, folder),
      webhookLists: webhookListsOf(readModel),
      random: () => 0.5,
      webhookPoster: webhookPoster(onThisMachine),
      mailer: createMailer(
        {
          via: 'SMTP',
          server: this.post.at(),
          from: { name: 'Muster', address: 'muster@muster.example' },
          invitationUrl: '',
        },
        { folder: this.folder, now: () => this.clock.now },
      ),
      ...parts,
    });
    this.#managers.push(managers);
    return managers;
  }

  /** Everything that is due is done, by the nodes that have begun. */
  async settled(): Promise<void> {
    if (this.#managers.length === 0) this.begin();
    await Promise.all(this.#managers.map((managers) => managers.settled()));
  }

  /** While it is stopped. */
  dropReadModel(): void {
    rmSync(join(this.folder, 'read'), { recursive: true });
  }

  /** While it is stopped: the same events at places that leave more and more room, as another store may count them. */
  spreadLog(): void {
    const db = new Database(join(this.folder, 'log.sqlite'));
    const guard = db
      .prepare<[], string>("SELECT sql FROM sqlite_master WHERE name = 'events_never_change'")
      .pluck()
      .get();
    db.exec(`DROP TRIGGER events_never_change;
      UPDATE events SET position = -position * position * 10; UPDATE events SET position = -position; ${guard}`);
    db.close();
  }

  /** As at the end of the process. */
  async stop(): Promise<void> {
    await Promise.all(this.#managers.map((managers) => managers.close()));
    this.#managers = [];
    await this.#projector?.close();
    await this.#core?.close();
    this.#projector = null;
    this.#core = null;
  }

  async restart(meanwhile: () => void = () => undefined): Promise<void> {
    await this.stop();
    meanwhile();
    await this.open();
  }

  /** Cleans up; `failures` must have been taken out by a test that expects some. */
  async remove(): Promise<void> {
    expect((await verifyStreams(this.store)).status).to.equal('INTACT');
    await this.stop();
    await this.post.stop();
    rmSync(this.folder, { recursive: true });
    expect(this.failures).to.deep.equal([]);
  }

  async openAccount(policy: object = {}): Promise<{ accountId: string; olga: RequestActor }> {
    const email = `olga.${uuidV7()}@acme.example`;
    const opened = await this.application.openAccount({
      actor: this.root,
      name: 'Acme',
      kind: 'STANDARD',
      preset: 'DEFAULT',
      policy,
      owner: { email, name: 'Olga Owner' },
    });
    const olga = user(await this.application.people.find({ email, name: null }));
    return { accountId: applied(opened).accountId, olga };
  }

  /** Gives the new member's id. */
  async add(accountId: string, olga: RequestActor, email: string): Promise<string> {
    const added = await this.application.addUser(joining(accountId, olga, email));
    return applied(added).events[0]?.subjectId ?? '';
  }

  async execute(accountId: string, actor: RequestActor, command: AccountCommand): Promise<Applied> {
    return applied(await this.application.accounts.execute({ accountId, actor, commands: [command] }));
  }

  /** What the log says of the mail that an event asked for. */
  async mailEvents(cause: { readonly eventId: string } | undefined): Promise<StoredEvent<MailEvent>[]> {
    const events = await this.store.readStream(`effect-${cause?.eventId}`, { maxCount: 100 });
    return events.map(({ body }) => JSON.parse(body) as StoredEvent<MailEvent>);
  }

  async accountEvents(accountId: string, type: string): Promise<StoredEvent[]> {
    const events = await this.store.readStream(`account-${accountId}`, { maxCount: 1_000 });
    return events.filter((event) => event.type === type).map(({ body }) => JSON.parse(body) as StoredEvent);
  }
}

/** The log as one of several nodes sees it. */
export const sharedStore = (
  store: EventStore,
  append: EventStore['append'] = (request) => store.append(request),
  isExclusive = false,
): EventStore => ({
  logId: store.logId,
  isExclusive,
  append,
  readStream: (stream, options) => store.readStream(stream, options),
  readAll: (options) => store.readAll(options),
  readAt: (position) => store.readAt(position),
  head: () => store.head(),
  subscribe: (options) => store.subscribe(options),
  close: () => store.close(),
});
