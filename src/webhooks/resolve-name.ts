import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';

/** Gives the addresses of a host, none when there is no such; gives up when the signal says so. */
export type ResolveName = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/** For one question to one name server; asked twice at most. */
const QUESTION_MS = 2_000;

/**
 * As this machine does, with its own table of hosts. Holds a thread of Node's pool, which the log and the vault need
 * too, and cannot be given up: only for names that the configuration lists.
 */
export const resolveAsHere: ResolveName = (host) => lookup(host, { all: true });

/** Asks name servers, by default those of this machine. Holds no thread. */
export const resolveInDns =
  (servers?: readonly string[]): ResolveName =>
  async (host, signal) => {
    const resolver = new Resolver({ timeout: QUESTION_MS, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const giveUp = () => resolver.cancel();
    signal.addEventListener('abort', giveUp);
    try {
      const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      const found = [...addressesOf(v4, 4), ...addressesOf(v6, 6)];
      if (found.length > 0) return found;
      for (const answer of [v4, v6])
        if (answer.status === 'rejected' && !isAbsence(answer.reason)) throw answer.reason;
      return [];
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };

const addressesOf = (answer: PromiseSettledResult<string[]>, family: 4 | 6): readonly LookupAddress[] =>
  answer.status === 'rejected' ? [] : answer.value.map((address) => ({ address, family }));

const isAbsence = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOTFOUND', 'ENODATA'].includes(String(error.code));
