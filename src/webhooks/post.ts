import { lookup as resolveName } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedPrivate, isAllowedPrivate, isPublic } from './addresses.js';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostRules {
  readonly allowed: AllowedPrivate;
  /** For the whole of it, from looking the name up to the end of the answer. */
  readonly timeoutMs: number;
  /** Of an answer's body, which says nothing to Muster; the rest is not waited for. */
  readonly answerBytes: number;
}

/** TAKEN: a status of 200 to 299. No text of the receiver is kept. */
export type PostResult =
  | { readonly outcome: 'TAKEN'; readonly status: number }
  | { readonly outcome: 'REFUSED'; readonly status: number; readonly code: string }
  | { readonly outcome: 'FAILED'; readonly status: null; readonly code: string };

export const DEFAULT_POST_RULES: Omit<PostRules, 'allowed'> = { timeoutMs: 10_000, answerBytes: 65_536 };

/** The address must not be sent to: a private one that the configuration does not list, or http where it does not. */
class AddressForbidden extends Error {
  readonly code = 'ADDRESS_FORBIDDEN';
}

/**
 * Posts once, on a connection of its own, and follows no redirect. What is looked at is the address that is connected to,
 * in the same step, so that a name which resolves differently a moment later gains nothing.
 */
export function post({ url, headers, body }: Post, rules: PostRules): Promise<PostResult> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const mayGo = (address: string) =>
    isAllowedPrivate(host, address, rules.allowed) || (target.protocol === 'https:' && isPublic(address));
  if (!['https:', 'http:'].includes(target.protocol)) return Promise.resolve(failed('SCHEME_FORBIDDEN'));
  // Node looks up names only; an address is connected to as it is.
  if (isIP(host) !== 0 && !mayGo(host)) return Promise.resolve(failed('ADDRESS_FORBIDDEN'));
  return new Promise((resolve) => {
    const send = target.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(target, {
      method: 'POST',
      agent: false,
      lookup: guarded(mayGo),
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    const timeout = setTimeout(() => end(failed('TIMEOUT')), rules.timeoutMs);
    const end = (result: PostResult) => {
      clearTimeout(timeout);
      request.destroy();
      resolve(result);
    };
    request.on('error', (error) => end(failed(codeOf(error))));
    request.on('response', (response) => {
      const result = resultOf(response.statusCode ?? 0);
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

function guarded(mayGo: (address: string) => boolean): LookupFunction {
  return (host, options, answer) => {
    resolveName(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return answer(error, '', 0);
      const permitted = found.filter(({ address }) => mayGo(address));
      const [first] = permitted;
      if (first === undefined) return answer(new AddressForbidden(), '', 0);
      if (options.all === true) return answer(null, permitted);
      answer(null, first.address, first.family);
    });
  };
}

function resultOf(status: number): PostResult {
  if (status >= 200 && status < 300) return { outcome: 'TAKEN', status };
  return { outcome: 'REFUSED', status, code: `HTTP_${status}` };
}

const failed = (code: string): PostResult => ({ outcome: 'FAILED', status: null, code });

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : 'UNREACHABLE');
