import { setTimeout as delay } from 'node:timers/promises';
import { documentOf, type SoakMutation } from './random-mutation.js';

/** What the server said a mutation came to; from then on it must be true for ever. */
export interface Acknowledged {
  readonly mutation: SoakMutation;
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'REJECTED';
  readonly position: number;
  readonly events: readonly { readonly id: string; readonly type: string; readonly revision: number }[];
  /** Answers that never came, before this one did. */
  readonly lostAnswers: number;
}

export interface SoakServer {
  /** Where the server is now; resolves when it is up again. */
  url(): Promise<string>;
  /** The run is over: what is not acknowledged yet is still asked for, nothing new is begun. */
  readonly isOver: boolean;
}

const PAUSE_MS = 20;

/** Sends a mutation until its outcome is known, always the same input under the same key. */
export async function acknowledge(
  mutation: SoakMutation,
  { server, token }: { server: SoakServer; token: string },
): Promise<Acknowledged> {
  const body = JSON.stringify({ query: documentOf(mutation.name), variables: { input: mutation.input } });
  for (let lostAnswers = 0; ; lostAnswers += 1) {
    const answer = await post(await server.url(), token, body);
    if (answer === null) {
      await delay(PAUSE_MS);
      continue;
    }
    const { data, errors } = answer;
    const payload = data?.[mutation.name];
    if (payload === undefined || payload === null)
      throw new Error(`${mutation.name} was not answered: ${JSON.stringify(errors)}`);
    const { outcome, events } = payload;
    return { mutation, outcome, events, position: Number(payload.position ?? 0), lostAnswers };
  }
}

interface Answer {
  readonly data?: Readonly<
    Record<
      string,
      (Pick<Acknowledged, 'outcome' | 'events'> & { readonly position: string | number | null }) | null
    >
  > | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Codes that mean "ask again": the outcome is open, or nothing was done. */
const transient: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'SERVICE_UNAVAILABLE', 'OVERLOADED']);

/** Null when no answer came, or one that leaves the outcome open. */
async function post(url: string, token: string, body: string): Promise<Answer | null> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    const answer = (await response.json()) as Answer;
    return answer.errors?.some(({ extensions }) => transient.has(extensions?.code ?? '')) === true
      ? null
      : answer;
  } catch (error) {
    // The connection broke: the server was killed before it answered.
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}
