import grpc from '@grpc/grpc-js';

/** A refusal as the server sends it: a status, and trailers that the client reads to name the error. */
export class RpcError extends Error {
  readonly code: grpc.status;
  readonly details: string;
  readonly metadata: grpc.Metadata;

  constructor(code: grpc.status, details: string, trailers: Readonly<Record<string, string>> = {}) {
    super(details);
    this.code = code;
    this.details = details;
    this.metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, value);
  }
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export const notLeader = (leader: Endpoint): RpcError =>
  new RpcError(grpc.status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });

export const noLeaderInfo = (): RpcError =>
  new RpcError(grpc.status.UNKNOWN, 'No leader info available in response');

export const notReady = (): RpcError => new RpcError(grpc.status.UNAVAILABLE, 'Server Is Not Ready');

export const tooBusy = (): RpcError => new RpcError(grpc.status.UNAVAILABLE, 'Server Is Too Busy');

/** The server's own time for preparing or committing has passed: the events may be there or not. */
export const timedOut = (): RpcError =>
  new RpcError(grpc.status.ABORTED, 'Operation timed out: Commit phase timeout.');

export const cancelled = (): RpcError => new RpcError(grpc.status.CANCELLED, 'Call canceled.');

export const deadlineExceeded = (): RpcError =>
  new RpcError(grpc.status.DEADLINE_EXCEEDED, 'Deadline Exceeded');

/** What a server says that does not have the call. */
export const unimplemented = (): RpcError => new RpcError(grpc.status.UNIMPLEMENTED, 'Method not found.');

export const unknown = (): RpcError => new RpcError(grpc.status.UNKNOWN, 'Exception was thrown by handler.');

export const accessDenied = (): RpcError =>
  new RpcError(grpc.status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const notAuthenticated = (): RpcError =>
  new RpcError(grpc.status.UNAUTHENTICATED, 'Bad gRPC response. HTTP status code: 401');

export const invalidPosition = (): RpcError =>
  new RpcError(grpc.status.INVALID_ARGUMENT, 'Trying to read from an invalid position.');

export const invalidArgument = (details: string): RpcError =>
  new RpcError(grpc.status.INVALID_ARGUMENT, details);

export const maximumAppendSizeExceeded = (limitBytes: number): RpcError =>
  new RpcError(grpc.status.INVALID_ARGUMENT, `Maximum Append Size of ${limitBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limitBytes),
  });

export const requiredMetadataMissing = (name: string): RpcError =>
  new RpcError(grpc.status.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
