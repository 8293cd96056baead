import type { Decision } from '../domain/decider.js';
import type { EventActor, StoredEvent } from '../domain/event.js';
import { isRejection, type Rejection } from '../domain/rejection.js';
import type {
  EmailClaimed,
  IdentityClaimed,
  IdentityLinked,
  LinkEvent,
  Profile,
  UserEvent,
  UserRegistered,
} from '../domain/user/events.js';
import { noSuchPerson, type Person, refuseErased } from '../domain/user/person.js';
import { linkIdentity, recordProfile } from '../domain/user/profile.js';
import { type EventStore, type RecordedEvent, WrongExpectedRevision } from '../event-store/event-store.js';
import { appendEvent } from './append-event.js';
import type { PersonReference, SignInClaims } from './application.js';
import { decoderOf } from './decode-event.js';
import type { Environment } from './environment.js';
import {
  decodeUserEvent,
  isErasureStanding,
  PersonStream,
  writtenByMuster,
} from './erasure/person-stream.js';
import type { PersonalDataPort } from './personal-data-port.js';

/**
 * One person per address and per identity: whoever appends first to `email-<HMAC>` or `identity-<HMAC>` names the
 * person, until that person's erasure is requested: then the claim is void, and the next one follows it. Steps run in a
 * fixed order and each can be repeated; a crash leaves at most an unused link.
 */
export class People {
  constructor(
    readonly store: EventStore,
    private readonly personalData: PersonalDataPort,
    readonly environment: Environment,
  ) {}

  /** The person a reference names, or null when Muster knows none; a link to nobody on record yet is unused. */
  async find(reference: PersonReference): Promise<string | null> {
    const userId =
      'userId' in reference
        ? reference.userId
        : (await this.#claimOf(await this.#linkStream(reference))).userId;
    return userId === null || (await this.#head(`user-${userId}`)) === null ? null : userId;
  }

  /** The person a reference names, made when there is none yet; null only for an unknown user id. */
  async ensure(reference: PersonReference, actor: EventActor): Promise<string | null> {
    if ('userId' in reference) return this.find(reference);
    const stream = await this.#linkStream(reference);
    const userId = await this.#claim(
      stream,
      'email' in reference ? 'EmailClaimed' : 'IdentityClaimed',
      actor,
    );
    if ((await this.#head(`user-${userId}`)) === null) {
      await this.personalData.ensureKeys([userId]);
      const profile = { name: reference.name, email: 'email' in reference ? reference.email : null };
      await this.#register(userId, profile, actor);
    }
    if (!('email' in reference)) await this.#recordIdentity(userId, reference.issuer, stream, actor);
    return userId;
  }

  /** What is known of a person; null for strangers, and for whom the key is destroyed. */
  async profileOf(userId: string): Promise<Profile | null> {
    const [sealed] = (await this.#userEvents(userId)).flatMap(profileIn).slice(-1);
    return sealed === undefined ? null : this.personalData.openProfile(userId, sealed);
  }

  /** Replaces name and address as they are shown; refused once the person's erasure was requested. */
  async recordProfile(userId: string, profile: Profile, actor: EventActor): Promise<Rejection | null> {
    const { person } = await PersonStream.read(this, userId);
    const refusal = person.status === 'UNKNOWN' ? noSuchPerson() : refuseErased(person);
    if (refusal !== null) return refusal;
    const sealedProfile = await this.personalData.sealProfile(userId, profile);
    return this.#write(userId, actor, (now) => recordProfile(now, { userId, sealedProfile }));
  }

  /** Many at once, in the order given. */
  async ensureAll(
    references: readonly PersonReference[],
    actor: EventActor,
  ): Promise<readonly (string | null)[]> {
    return Promise.all(references.map((reference) => this.ensure(reference, actor)));
  }

  /**
   * The person a verified token speaks for. An identity seen for the first time is linked through a verified address,
   * never otherwise; null when Muster knows neither.
   */
  async signIn({ issuer, subject, verifiedEmail }: SignInClaims): Promise<string | null> {
    const stream = await this.#linkStream({ issuer, subject, name: null });
    const { userId: known } = await this.#claimOf(stream);
    const userId = known ?? (await this.#personToLink(issuer, verifiedEmail));
    if (userId === null) return null;
    const actor: EventActor = { kind: 'USER', id: userId, onBehalfOf: null, authority: null };
    const claimant = known ?? (await this.#claim(stream, 'IdentityClaimed', actor, userId));
    await this.#recordIdentity(claimant, issuer, stream, actor);
    return claimant;
  }

  /**
   * The person with that address, unless they sign in at this issuer already: whoever gets somebody's old mailbox does
   * not get their memberships.
   */
  async #personToLink(issuer: string, verifiedEmail: string | null): Promise<string | null> {
    if (verifiedEmail === null) return null;
    const userId = await this.find({ email: verifiedEmail, name: null });
    if (userId === null) return null;
    const index = await this.personalData.issuerIndex(issuer);
    const links = (await this.#userEvents(userId)).flatMap(identityLinkedIn);
    return links.some((link) => link.issuer === index) ? null : userId;
  }

  async #linkStream(reference: Exclude<PersonReference, { userId: string }>): Promise<string> {
    return 'email' in reference
      ? `email-${await this.personalData.emailIndex(reference.email)}`
      : `identity-${await this.personalData.identityIndex(reference.issuer, reference.subject)}`;
  }

  /** Whom the link names, and its last event; a claim of somebody whose erasure was requested names nobody. */
  async #claimOf(
    stream: string,
  ): Promise<{ readonly userId: string | null; readonly last: RecordedEvent | null }> {
    const last = await this.#head(stream);
    if (last === null) return { userId: null, last };
    const { userId } = decodeLink(last).data;
    return { userId: isErasureStanding(await this.#head(`user-${userId}`)) ? null : userId, last };
  }

  async #head(stream: string) {
    const [last] = await this.store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
    return last ?? null;
  }

  /** The first to claim wins; whoever comes second learns who was first. */
  async #claim(
    stream: string,
    type: 'EmailClaimed' | 'IdentityClaimed',
    actor: EventActor,
    newcomer = this.environment.newId(),
  ): Promise<string> {
    for (;;) {
      const { userId, last } = await this.#claimOf(stream);
      if (userId !== null) return userId;
      try {
        await this.#append(stream, { type, data: { userId: newcomer } }, actor, last);
        return newcomer;
      } catch (error) {
        // Somebody was faster, so the next look finds a claim.
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
  }

  async #register(userId: string, profile: Profile, actor: EventActor): Promise<void> {
    const isEmpty = profile.name === null && profile.email === null;
    const sealedProfile = isEmpty ? null : await this.personalData.sealProfile(userId, profile);
    const registered: UserRegistered = { type: 'UserRegistered', data: { userId, sealedProfile } };
    try {
      await this.#append(`user-${userId}`, registered, actor, null);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }

  /** The person's own stream says which identities are theirs; repeated until it does. */
  async #recordIdentity(
    userId: string,
    issuerName: string,
    identityStream: string,
    actor: EventActor,
  ): Promise<void> {
    const identity = identityStream.slice('identity-'.length);
    const issuer = await this.personalData.issuerIndex(issuerName);
    await this.#write(userId, actor, (person) => linkIdentity(person, { userId, identity, issuer }));
  }

  /** Decided again until nobody was faster. */
  async #write(
    userId: string,
    actor: EventActor,
    decide: (person: Person) => Decision<UserEvent>,
  ): Promise<Rejection | null> {
    for (;;) {
      const stream = await PersonStream.read(this, userId);
      const decision = decide(stream.person);
      if (isRejection(decision)) return decision;
      const [event] = decision;
      if (event === undefined) return null;
      try {
        await stream.append(event, { ...writtenByMuster('people', this.environment, null), actor });
        return null;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
  }

  /** All of a person's stream, page by page; it is short. */
  async #userEvents(userId: string): Promise<readonly StoredEvent<UserEvent>[]> {
    const events: StoredEvent<UserEvent>[] = [];
    for (;;) {
      const page = await this.store.readStream(`user-${userId}`, {
        fromRevision: events.length,
        maxCount: PAGE,
      });
      events.push(...page.map(decodeUserEvent));
      if (page.length < PAGE) return events;
    }
  }

  async #append(
    stream: string,
    event: UserRegistered | EmailClaimed | IdentityClaimed,
    actor: EventActor,
    previous: RecordedEvent | null,
  ): Promise<void> {
    const subjectId = event.data.userId;
    await appendEvent(
      { store: this.store, environment: this.environment },
      { stream, previous, event, actor, accountId: null, subjectId },
    );
  }
}

const PAGE = 1_000;

const decodeLink = decoderOf<LinkEvent>(['EmailClaimed', 'IdentityClaimed']);

const identityLinkedIn = (event: StoredEvent<UserEvent>): readonly IdentityLinked['data'][] =>
  event.type === 'IdentityLinked' ? [event.data] : [];

const profileIn = (event: StoredEvent<UserEvent>): readonly string[] => {
  if (event.type !== 'UserRegistered' && event.type !== 'ProfileRecorded') return [];
  const { sealedProfile } = event.data;
  return sealedProfile === null ? [] : [sealedProfile];
};
