import type { LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedPrivate, isAllowedPrivate, isPublic } from './addresses.js';
import { type ResolveName, resolveAsHere, resolveInDns } from './resolve-name.js';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Cuts it off. */
  readonly signal?: AbortSignal;
}

export interface PostRules {
  readonly allowed: AllowedPrivate;
  /** For the whole of it, from looking the name up to the end of the answer. */
  readonly timeoutMs: number;
  /** Of an answer's body, which says nothing to Muster; the rest is not waited for. */
  readonly answerBytes: number;
  /** Default: name servers are asked; this machine's own table of hosts counts for names that `allowed` lists. */
  readonly resolveName?: ResolveName;
}

/** TAKEN: a status of 200 to 299. No text of the receiver is kept. */
export type PostResult =
  | { readonly outcome: 'TAKEN'; readonly status: number }
  | ({ readonly outcome: 'REFUSED'; readonly status: number } & NotTaken)
  | ({ readonly outcome: 'FAILED'; readonly status: null } & NotTaken);

interface NotTaken {
  readonly code: string;
  /** From the header Retry-After, where it counts seconds. */
  readonly retryAfterMs: number | null;
}

export const DEFAULT_POST_RULES: Omit<PostRules, 'allowed'> = { timeoutMs: 10_000, answerBytes: 65_536 };

/** Interim answers (1xx) before the one that counts; more are no receiver's. */
const MOST_INTERIM = 5;

/**
 * There is no address that may be sent to: none at all, only private ones that the configuration does not list, or http
 * where it does not. One code for them all: whoever registers webhooks is not told which names exist inside.
 */
class AddressForbidden extends Error {
  readonly code = 'ADDRESS_FORBIDDEN';
}

/**
 * Posts once, on a connection of its own, and follows no redirect. What is looked at is the address that is connected to,
 * in the same step, so that a name which resolves differently a moment later gains nothing.
 */
export function post({ url, headers, body, signal }: Post, rules: PostRules): Promise<PostResult> {
  const target = new URL(url);
  const host = hostOf(target);
  if (!['https:', 'http:'].includes(target.protocol)) return Promise.resolve(failed('SCHEME_FORBIDDEN'));
  const mayGo = rightOfWay(target, rules.allowed);
  // Node looks up names only; an address is connected to as it is.
  if (isIP(host) !== 0 && !mayGo(host)) return Promise.resolve(failed('ADDRESS_FORBIDDEN'));
  if (signal?.aborted === true) return Promise.resolve(failed('ABORTED'));
  const isListed = rules.allowed.hosts.has(host.toLowerCase());
  const resolveName = rules.resolveName ?? (isListed ? resolveAsHere : resolveInDns());
  const ending = new AbortController();
  return new Promise((resolve) => {
    const send = target.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(target, {
      method: 'POST',
      agent: false,
      lookup: guarded(mayGo, (name) => resolveName(name, ending.signal)),
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    // Once the status has come, the rest of the answer says nothing more.
    let answered: PostResult | null = null;
    const timeout = setTimeout(() => end(answered ?? failed('TIMEOUT')), rules.timeoutMs);
    const abort = () => end(answered ?? failed('ABORTED'));
    signal?.addEventListener('abort', abort);
    const end = (result: PostResult) => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', abort);
      ending.abort();
      request.destroy();
      resolve(result);
    };
    request.on('error', (error) => end(failed(codeOf(error))));
    let interim = 0;
    request.on('information', () => {
      interim += 1;
      if (interim > MOST_INTERIM) end(failed('TOO_MANY_INTERIM_ANSWERS'));
    });
    request.on('response', (response) => {
      const result = resultOf(response.statusCode ?? 0, response.headers['retry-after']);
      answered = result;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > rules.answerBytes) end(result);
      });
      response.on('end', () => end(result));
      // Cut off in its body; the status has come.
      response.on('error', () => end(result));
    });
    request.end(body);
  });
}

/** False when it is plain without looking the name up that nothing may go there. */
export function mayPostTo(url: string, allowed: AllowedPrivate): boolean {
  const target = new URL(url);
  const host = hostOf(target);
  if (isIP(host) !== 0) return rightOfWay(target, allowed)(host);
  // A name that is not listed can still lead into a range that is: that shows when it is looked up.
  return target.protocol === 'https:' || allowed.hosts.has(host.toLowerCase()) || allowed.hasRanges;
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

const rightOfWay =
  (target: URL, allowed: AllowedPrivate) =>
  (address: string): boolean =>
    isAllowedPrivate(hostOf(target), address, allowed) || (target.protocol === 'https:' && isPublic(address));

function guarded(
  mayGo: (address: string) => boolean,
  resolveName: (host: string) => Promise<readonly LookupAddress[]>,
): LookupFunction {
  return (host, options, answer) => {
    resolveName(host).then(
      (found) => {
        const permitted = found.filter(({ address }) => mayGo(address));
        const [first] = permitted;
        if (first === undefined) return answer(new AddressForbidden(), '', 0);
        if (options.all === true) return answer(null, permitted);
        answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, '', 0),
    );
  };
}

function resultOf(status: number, retryAfter: string | undefined): PostResult {
  if (status >= 200 && status < 300) return { outcome: 'TAKEN', status };
  const retryAfterMs = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : null;
  return { outcome: 'REFUSED', status, code: `HTTP_${status}`, retryAfterMs };
}

const failed = (code: string): PostResult => ({ outcome: 'FAILED', status: null, code, retryAfterMs: null });

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : 'UNREACHABLE');
