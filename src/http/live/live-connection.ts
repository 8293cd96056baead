import { GraphQLError } from 'graphql';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { outageFrom } from '../../../schema/outages.js';
import { AccessRevoked } from '../../../schema/subscriptions/entry-feed.js';
import { type Authenticator, type Caller, MissingToken } from '../../auth/authenticator.js';
import { InvalidToken, KeysUnavailable } from '../../auth/token-verifier.js';
import { logFault, logOutage } from '../error-formatter.js';
import type { Log } from '../log.js';
import type { LiveLimits } from './live-limits.js';

/** Close codes of WebSockets that clients try again after. */
export const GOING_AWAY = 1001;
export const TRY_AGAIN_LATER = 1013;

/** What the protocol carries along with a socket. */
export interface OfConnection {
  readonly connection: LiveConnection;
}

/** What was under way when the connection was closed. */
class ConnectionEnds extends Error {
  override readonly name = 'ConnectionEnds';
}

/** A timer of Node takes no more milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface LiveConnectionParts {
  readonly authenticator: Authenticator;
  readonly now: () => number;
  readonly log: Log;
  readonly limits: LiveLimits;
}

/** One socket: who speaks on it, until when, and how much may wait for him. */
export class LiveConnection {
  /** Resolves when the socket is closed. */
  readonly gone: Promise<void>;
  readonly #socket: WebSocket;
  readonly #parts: LiveConnectionParts;
  #caller: Caller | null = null;
  #expiry: NodeJS.Timeout | undefined;
  #end: NodeJS.Timeout | undefined;
  #hasAnswered = true;

  constructor(socket: WebSocket, parts: LiveConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.gone = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Null until the token was found good, and again when it has expired. */
  get caller(): Caller | null {
    return this.#caller;
  }

  /** @throws Error on a connection that is being closed */
  requireCaller(): Caller {
    if (this.#caller === null) throw new ConnectionEnds('nobody speaks here any more');
    return this.#caller;
  }

  serve(server: Server<OfConnection>): void {
    const socket = this.#socket;
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.#send(text),
        close: (code, reason) => this.close(code ?? CloseCode.InternalServerError, reason ?? ''),
        onMessage: (handle) => {
          socket.on('message', (message) => {
            if (socket.readyState !== socket.OPEN) return;
            handle(String(message)).catch((error: unknown) => this.fail(error));
          });
        },
      },
      { connection: this },
    );
    socket.on('pong', () => {
      this.#hasAnswered = true;
    });
    // Of a socket that breaks `close` tells too; a frame that is too long or no frame closes it with a code.
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      clearTimeout(this.#expiry);
      clearTimeout(this.#end);
      this.#caller = null;
      closed(code, String(reason)).catch((error: unknown) =>
        logFault(this.#parts.log, error, { where: 'live' }),
      );
    });
  }

  /** False: it was closed with the code that says why. */
  async authenticate(parameters: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      const caller = await this.#parts.authenticator.authenticate(authorizationIn(parameters));
      this.#caller = caller;
      this.#watchExpiry(caller);
      return true;
    } catch (error) {
      if (error instanceof MissingToken || error instanceof InvalidToken) {
        this.close(CloseCode.Unauthorized, error.message);
        return false;
      }
      if (error instanceof KeysUnavailable) logOutage(this.#parts.log, error, 'tokens cannot be verified');
      else if (error instanceof Error && outageFrom(error) !== null)
        logOutage(this.#parts.log, error, 'nobody can be signed in');
      else logFault(this.#parts.log, error, { where: 'token verification' });
      this.close(TRY_AGAIN_LATER, 'tokens cannot be verified now');
      return false;
    }
  }

  /** What ends a subscription ends the connection: its code says more than an error that clients overlook. */
  fail(error: unknown): void {
    if (error instanceof ConnectionEnds) return;
    if (error instanceof AccessRevoked) return this.close(CloseCode.Forbidden, error.message);
    if (error instanceof GraphQLError && error.extensions.code === 'SERVICE_UNAVAILABLE')
      return this.close(TRY_AGAIN_LATER, 'nothing can be read now');
    const errorId = logFault(this.#parts.log, error, { where: 'live' });
    this.close(CloseCode.InternalServerError, `Muster's log knows more under ${errorId}`);
  }

  /** Whoever does not close the socket in turn is cut off. */
  close(code: number, reason: string): void {
    this.#caller = null;
    this.#socket.close(
      code,
      [...reason]
        .filter((letter) => letter >= ' ' && letter <= '~')
        .slice(0, 120)
        .join(''),
    );
    this.#end ??= setTimeout(() => this.#socket.terminate(), this.#parts.limits.closingMs);
  }

  /** Cuts off whoever has not answered the last ping. */
  ping(): void {
    if (!this.#hasAnswered) return this.#socket.terminate();
    this.#hasAnswered = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  /** Resolves when the text has left: the next entry is read only then, so that a slow reader holds nothing in memory. */
  #send(text: string): Promise<void> {
    const socket = this.#socket;
    const { sendingMs, waitingBytes } = this.#parts.limits;
    return new Promise((resolve) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      const giveUp = () => this.close(TRY_AGAIN_LATER, 'too slow: subscribe again after your last position');
      if (socket.bufferedAmount > waitingBytes) {
        giveUp();
        return resolve();
      }
      const impatience = setTimeout(giveUp, sendingMs);
      // Of a socket that breaks `close` tells too.
      socket.send(text, () => {
        clearTimeout(impatience);
        resolve();
      });
    });
  }

  #watchExpiry(caller: Caller): void {
    const leftMs = caller.expiresAtMs - this.#parts.now();
    if (leftMs <= 0) return this.close(CloseCode.Unauthorized, 'the token has expired');
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#expiry = setTimeout(() => this.#watchExpiry(caller), Math.min(leftMs, LONGEST_TIMER_MS));
  }
}

function authorizationIn(parameters: Readonly<Record<string, unknown>>): string | undefined {
  const named = Object.entries(parameters).find(([name]) => name.toLowerCase() === 'authorization');
  return typeof named?.[1] === 'string' ? named[1] : undefined;
}
