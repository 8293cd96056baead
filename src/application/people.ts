import type { EventActor, StoredEvent } from '../domain/event.js';
import type {
  EmailClaimed,
  IdentityClaimed,
  IdentityLinked,
  Profile,
  ProfileRecorded,
  UserRegistered,
} from '../domain/user/events.js';
import { type EventStore, type RecordedEvent, WrongExpectedRevision } from '../event-store/event-store.js';
import { appendEvent } from './append-event.js';
import type { PersonReference, SignInClaims } from './application.js';
import type { Environment } from './environment.js';
import type { PersonalDataPort } from './personal-data-port.js';

/**
 * One person per address and per identity: whoever appends first to `email-<HMAC>` or `identity-<HMAC>` names the
 * person. Steps run in a fixed order and each can be repeated; a crash leaves at most an unused link.
 */
export class People {
  constructor(
    private readonly store: EventStore,
    private readonly personalData: PersonalDataPort,
    private readonly environment: Environment,
  ) {}

  /** The person a reference names, or null when Muster knows none; a link to nobody on record yet is unused. */
  async find(reference: PersonReference): Promise<string | null> {
    const userId =
      'userId' in reference ? reference.userId : await this.#claimant(await this.#linkStream(reference));
    return userId === null || (await this.#head(`user-${userId}`)) === null ? null : userId;
  }

  /** The person a reference names, made when there is none yet; null only for an unknown user id. */
  async ensure(reference: PersonReference, actor: EventActor): Promise<string | null> {
    if ('userId' in reference) return this.find(reference);
    const stream = await this.#linkStream(reference);
    const userId =
      (await this.#claimant(stream)) ??
      (await this.#claim(stream, 'email' in reference ? 'EmailClaimed' : 'IdentityClaimed', actor));
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
    const known = await this.#claimant(stream);
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

  async #claimant(stream: string): Promise<string | null> {
    const claim = await this.#head(stream);
    if (claim === null) return null;
    return (JSON.parse(claim.body) as StoredEvent<EmailClaimed | IdentityClaimed>).data.userId;
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
    userId = this.environment.newId(),
  ): Promise<string> {
    try {
      await this.#append(stream, { type, data: { userId } }, actor, null);
      return userId;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      const first = await this.#claimant(stream);
      if (first === null) throw error;
      return first;
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
    for (;;) {
      const events = await this.#userEvents(userId);
      const last = events.at(-1);
      if (last === undefined || events.flatMap(identityLinkedIn).some((link) => link.identity === identity))
        return;
      try {
        const linked: IdentityLinked = { type: 'IdentityLinked', data: { userId, identity, issuer } };
        await this.#append(`user-${userId}`, linked, actor, last);
        return;
      } catch (error) {
        // Somebody else has written to the person's stream, so it has moved on: look again.
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
  }

  /** All of a person's stream, page by page; it is short. */
  async #userEvents(userId: string): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (;;) {
      const page = await this.store.readStream(`user-${userId}`, {
        fromRevision: events.length,
        maxCount: PAGE,
      });
      events.push(...page);
      if (page.length < PAGE) return events;
    }
  }

  async #append(
    stream: string,
    event: UserRegistered | IdentityLinked | EmailClaimed | IdentityClaimed,
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

const identityLinkedIn = (event: RecordedEvent): readonly IdentityLinked['data'][] =>
  event.type === 'IdentityLinked' ? [(JSON.parse(event.body) as StoredEvent<IdentityLinked>).data] : [];

const profileIn = (event: RecordedEvent): readonly string[] => {
  if (event.type !== 'UserRegistered' && event.type !== 'ProfileRecorded') return [];
  const { sealedProfile } = (JSON.parse(event.body) as StoredEvent<UserRegistered | ProfileRecorded>).data;
  return sealedProfile === null ? [] : [sealedProfile];
};
