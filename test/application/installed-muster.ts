import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import type { RequestActor } from '../../src/application/account-commands.js';
import type { AddUserRequest, OpenAccountRequest } from '../../src/application/application.js';
import { type ApplicationParts, MusterApplication } from '../../src/application/muster-application.js';
import type { Applied, Outcome } from '../../src/application/outcome.js';
import { type Core, openCore } from '../../src/core.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';

/** The writing side of an installation in a folder of its own, under a clock that only the test moves. */
export class InstalledMuster {
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-application-'));
  readonly clock = { now: Date.parse('2026-03-01T09:00:00.000Z') };
  readonly failures: unknown[] = [];
  readonly #options = {
    dataDir: this.folder,
    environment: { now: () => this.clock.now, newId: uuidV7 },
    report: (error: unknown) => void this.failures.push(error),
    invitationUrl: () => PAGE,
  };

  private constructor(
    public core: Core,
    public root: RequestActor,
  ) {}

  static async install(): Promise<InstalledMuster> {
    const muster = new InstalledMuster(null as unknown as Core, { kind: 'SYSTEM', id: 'nobody' });
    muster.core = await openCore(muster.#options);
    const owner = { issuer: ISSUER, subject: 'root', name: 'Root' };
    const { userId } = await muster.application.initialise({ owner });
    muster.root = user(userId);
    return muster;
  }

  get application(): MusterApplication {
    return this.core.application;
  }

  get store(): EventStore {
    return this.core.store;
  }

  /** As after the end of the process. */
  async restart(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    await this.core.close();
    await meanwhile();
    this.core = await openCore(this.#options);
  }

  /** Another Muster on the same log, which takes no memory of its own for the head of a stream. */
  anotherNode(parts: Partial<ApplicationParts> = {}): MusterApplication {
    return new MusterApplication({
      ...this.application.parts,
      snapshots: { load: async () => null, save: async () => undefined },
      store: shared(this.store),
      ...parts,
    });
  }

  /** Another Muster that breaks down at the n-th append, and at every later one. */
  crashingAtAppend(n: number): MusterApplication {
    let appends = 0;
    return this.anotherNode({
      store: shared(this.store, (request) => {
        appends += 1;
        return appends >= n ? Promise.reject(new Error('crash')) : this.store.append(request);
      }),
    });
  }

  /** An account and its owner. */
  async openAccount(
    request: Partial<OpenAccountRequest> = {},
  ): Promise<{ accountId: string; olga: RequestActor }> {
    const email = `olga.${uuidV7()}@acme.example`;
    const { accountId } = applied(
      await this.application.openAccount({
        actor: this.root,
        name: 'Acme',
        kind: 'STANDARD',
        preset: 'DEFAULT',
        owner: { email, name: 'Olga' },
        ...request,
      }),
    );
    return { accountId, olga: user(await this.application.people.find({ email, name: null })) };
  }

  async person(email: string): Promise<RequestActor> {
    return user(await this.application.people.find({ email, name: null }));
  }

  /** Checks that nothing went wrong unnoticed, and cleans up. */
  async remove(): Promise<void> {
    expect((await verifyStreams(this.store)).status).to.equal('INTACT');
    await this.core.close();
    rmSync(this.folder, { recursive: true });
    expect(this.failures).to.deep.equal([]);
  }
}

export const ISSUER = 'https://issuer.example';
export const PAGE = 'https://portal.example/invitation#{token}';

export const user = (userId: string | null | undefined): RequestActor => {
  if (userId == null) throw new Error('there is no such person');
  return { kind: 'USER', userId };
};

export const userIdOf = (actor: RequestActor): string => (actor.kind === 'USER' ? actor.userId : '');

export const applied = (outcome: Outcome): Applied => {
  if (outcome.outcome !== 'APPLIED') throw new Error(JSON.stringify(outcome));
  return outcome;
};

/** `APPLIED`, or the code of the refusal. */
export const resultOf = (outcome: Outcome): string =>
  outcome.outcome === 'REJECTED' ? outcome.rejection.code : outcome.outcome;

export const joining = (
  accountId: string,
  actor: RequestActor,
  email: string,
  also: Partial<AddUserRequest> = {},
): AddUserRequest => ({
  actor,
  accountId,
  person: { email, name: null },
  kind: 'STANDARD',
  role: 'CONTRIBUTOR',
  permissions: [],
  groupIds: [],
  ...also,
});

const shared = (
  store: EventStore,
  append: EventStore['append'] = (request) => store.append(request),
): EventStore => ({
  logId: store.logId,
  isExclusive: false,
  append,
  readStream: (stream, options) => store.readStream(stream, options),
  readAll: (options) => store.readAll(options),
  readAt: (position) => store.readAt(position),
  head: () => store.head(),
  subscribe: (options) => store.subscribe(options),
  close: () => store.close(),
});
