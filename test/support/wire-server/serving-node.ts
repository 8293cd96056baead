import type grpc from '@grpc/grpc-js';
import type { WireUsers } from './access.js';
import type { WireMethod } from './faults.js';
import type { Endpoint } from './rpc-errors.js';
import type { RunningCall } from './running-call.js';
import type { WireLog } from './wire-log.js';

/** What a service sees of the node that it runs on. */
export interface ServingNode {
  readonly log: WireLog;
  readonly users: WireUsers | undefined;
  readonly maxAppendBytes: number;
  readonly serverVersion: string | null;
  readonly membership: Membership;
  begin(method: WireMethod, call: AnyCall, stream?: string): RunningCall;
}

export type AnyCall = Pick<grpc.ServerUnaryCall<unknown, unknown>, 'getPeer' | 'metadata'>;

export interface Member {
  readonly instanceId: string;
  readonly endpoint: Endpoint;
  /** UNKNOWN while no leader is elected. */
  readonly state: 'LEADER' | 'FOLLOWER' | 'UNKNOWN';
  readonly isAlive: boolean;
}

/** Who is in the cluster, as this node knows it. */
export interface Membership {
  members(): readonly Member[];
  isLeader(): boolean;
  /** Missing while none is elected. */
  leader(): Endpoint | undefined;
  /** Where a follower passes writes on to; missing while none is elected, or when the leader is out of its reach. */
  leaderLog(): WireLog | undefined;
}
