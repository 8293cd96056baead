import { randomUUID } from 'node:crypto';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type grpc from '@grpc/grpc-js';
import { authorise } from './access.js';
import type { WireMethod } from './faults.js';
import { streamNameOf } from './messages.js';
import { readAll, readStream } from './page-reads.js';
import { noLeaderInfo, notLeader } from './rpc-errors.js';
import { Abandoned, EndedEarly, type RunningCall } from './running-call.js';
import type { ServingNode } from './serving-node.js';
import { subscribeToAll, subscribeToStream } from './subscriptions.js';

type ReadCall = grpc.ServerWritableStream<streams.ReadReq, streams.ReadResp>;

/** Pages and subscriptions are one call in this protocol; its options say which. */
export function readService(node: ServingNode) {
  return (call: ReadCall): void => {
    call.on('error', () => {});
    serve(node, call).then(
      () => call.end(),
      (error: unknown) => {
        if (error instanceof EndedEarly) call.end();
        else if (!(error instanceof Abandoned)) call.emit('error', error);
      },
    );
  };
}

async function serve(node: ServingNode, call: ReadCall): Promise<void> {
  const options = call.request.getOptions() ?? new streams.ReadReq.Options();
  const stream = options.hasStream() ? streamNameOf(options.getStream()?.getStreamIdentifier()) : undefined;
  const running = node.begin(methodOf(options), call, stream);
  await running.passes('before');
  authorise(node.log, node.users, { headers: call.metadata, stream: stream ?? '$all', right: '$r' });
  mustBeWanted(node, call.metadata);
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort());
  call.on('close', () => gone.abort());
  await send(running, call, gone.signal, responses(node, options, stream, gone.signal));
}

function responses(
  node: ServingNode,
  options: streams.ReadReq.Options,
  stream: string | undefined,
  gone: AbortSignal,
): Iterable<streams.ReadResp> | AsyncIterable<streams.ReadResp> {
  if (!options.hasSubscription()) {
    return stream === undefined ? readAll(node.log, options) : readStream(node.log, stream, options);
  }
  const subscription = { id: randomUUID(), log: node.log, options, gone };
  return stream === undefined ? subscribeToAll(subscription) : subscribeToStream(subscription, stream);
}

async function send(
  running: RunningCall,
  call: ReadCall,
  gone: AbortSignal,
  responses: Iterable<streams.ReadResp> | AsyncIterable<streams.ReadResp>,
): Promise<void> {
  let events = 0;
  for await (const response of responses) {
    if (gone.aborted) throw new Abandoned();
    if (!call.write(response)) await drained(call, gone);
    if (!response.hasEvent()) continue;
    events += 1;
    await running.passes({ afterEvents: events });
  }
  await running.passes('after');
}

/** Resolves when the reader has taken what was sent, or has gone. */
function drained(call: ReadCall, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      call.off('drain', wake);
      gone.removeEventListener('abort', wake);
      resolve();
    };
    call.on('drain', wake);
    gone.addEventListener('abort', wake);
    if (gone.aborted) wake();
  });
}

function methodOf(options: streams.ReadReq.Options): WireMethod {
  if (options.hasSubscription()) return options.hasStream() ? 'SubscribeToStream' : 'SubscribeToAll';
  return options.hasStream() ? 'ReadStream' : 'ReadAll';
}

/** A follower reads for everybody but those who ask for the leader. */
function mustBeWanted(node: ServingNode, headers: grpc.Metadata): void {
  if (node.membership.isLeader() || !headers.get('requires-leader').includes('true')) return;
  const leader = node.membership.leader();
  throw leader ? notLeader(leader) : noLeaderInfo();
}
