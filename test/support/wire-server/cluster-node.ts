import type { Journal } from './journal.js';
import { seed } from './new-wire-log.js';
import type { Endpoint } from './rpc-errors.js';
import { Abandoned } from './running-call.js';
import type { Membership } from './serving-node.js';
import { WireLog } from './wire-log.js';
import { WireNode, type WireNodeOptions } from './wire-node.js';

export interface Candidate {
  readonly endpoint: Endpoint;
  readonly log: WireLog;
  /** Called once, when elected and before anybody is told. */
  readonly lead: () => void;
}

/** Decides who leads; each node of a cluster has one of its own. */
export interface Election extends Membership {
  stand(candidate: Candidate): void;
  leave(): void;
}

export interface ClusterNodeOptions extends Omit<WireNodeOptions, 'log' | 'membership'> {
  readonly journal: Journal;
  readonly election: Election;
  /** How often a follower looks for what the leader wrote; so much older may its reads be. Default 10. */
  readonly replicationMs?: number;
}

/** A node with a log of its own, which it writes while it leads and copies from the journal while it follows. */
export async function startClusterNode(options: ClusterNodeOptions): Promise<WireNode> {
  const { journal, election } = options;
  let leads = false;
  const log = new WireLog({
    now: options.now ?? (() => new Date()),
    onAppend: (records) => {
      // A leader that died a moment ago must not write beside the next one.
      if (!leads) throw new Abandoned();
      journal.write(records);
    },
  });
  const copy = () => {
    for (const record of journal.readNew()) log.take(record);
  };
  const replication = setInterval(copy, options.replicationMs ?? 10);
  const node = await WireNode.start({
    ...options,
    log,
    membership: () => election,
    onStopped: () => {
      leads = false;
      clearInterval(replication);
      election.leave();
      journal.close();
      options.onStopped?.();
    },
  });
  election.stand({
    endpoint: node.endpoint,
    log,
    lead: () => {
      clearInterval(replication);
      copy();
      journal.takeOver();
      leads = true;
      if (log.records.length === 0) seed(log);
    },
  });
  return node;
}
