import { setImmediate as nextTurn } from 'node:timers/promises';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type grpc from '@grpc/grpc-js';
import { authorise } from './access.js';
import type { ExpectedRevision } from './append-decision.js';
import { proposedRecord, streamNameOf } from './messages.js';
import { invalidArgument, maximumAppendSizeExceeded, notLeader, notReady } from './rpc-errors.js';
import { Abandoned } from './running-call.js';
import type { ServingNode } from './serving-node.js';
import type { ProposedRecord } from './stored-record.js';
import type { AppendOutcome, WireLog } from './wire-log.js';

type AppendCall = grpc.ServerReadableStream<streams.AppendReq, streams.AppendResp>;

/** The unary append: one stream, one answer. */
export function appendService(node: ServingNode) {
  return (call: AppendCall, reply: grpc.sendUnaryData<streams.AppendResp>): void => {
    const requests: streams.AppendReq[] = [];
    call.on('data', (request: streams.AppendReq) => requests.push(request));
    call.on('error', () => {});
    call.on('end', async () => {
      // A connection that breaks ends the request too, wherever it had come to: half of it is no append.
      await nextTurn();
      if (call.cancelled) return;
      append(node, call, requests).then(
        (response) => reply(null, response),
        (error: unknown) => {
          if (!(error instanceof Abandoned)) reply(error as grpc.ServiceError);
        },
      );
    });
  };
}

async function append(
  node: ServingNode,
  call: AppendCall,
  [first, ...rest]: readonly streams.AppendReq[],
): Promise<streams.AppendResp> {
  // Node's clients end a stream that they cancel before they reset it: the reset may be read a turn later.
  await nextTurn();
  if (call.cancelled) throw new Abandoned();
  const options = first?.getOptions();
  if (!options) throw invalidArgument('The first message of an append must hold its options.');
  const stream = streamNameOf(options.getStreamIdentifier());
  const running = node.begin('Append', call, stream);
  await running.passes('before');
  authorise(node.log, node.users, { headers: call.metadata, stream, right: '$w' });
  const events = rest.map((request) => {
    const message = request.getProposedMessage();
    if (!message) throw invalidArgument('Every further message of an append must hold an event.');
    return proposedRecord(message);
  });
  mustFit(node, events);
  const expected = expectedRevision(options);
  const outcome = logToWrite(node, call.metadata).append({ stream, expected, events });
  await running.passes('after');
  return appendResponse(outcome, expected);
}

/** @throws RpcError more bytes than one append may have */
export function mustFit(node: ServingNode, events: readonly ProposedRecord[]): void {
  const bytes = events.reduce(
    (sum, { type, data, metadata }) => sum + 2 * type.length + data.length + metadata.length,
    0,
  );
  if (bytes > node.maxAppendBytes) throw maximumAppendSizeExceeded(node.maxAppendBytes);
}

/**
 * A follower passes writes on to the leader, unless the caller asks for the leader itself.
 * @throws RpcError this node can neither write nor pass on
 */
export function logToWrite({ log, membership }: ServingNode, headers: grpc.Metadata): WireLog {
  if (membership.isLeader()) return log;
  const leader = membership.leader();
  const leaderLog = membership.leaderLog();
  if (leaderLog && !headers.get('requires-leader').includes('true')) return leaderLog;
  throw leader ? notLeader(leader) : notReady();
}

function expectedRevision(options: streams.AppendReq.Options): ExpectedRevision {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasNoStream()) return 'NO_STREAM';
  if (options.hasStreamExists()) return 'STREAM_EXISTS';
  if (options.hasAny()) return 'ANY';
  throw invalidArgument('An append must say which revision it expects.');
}

function appendResponse(outcome: AppendOutcome, expected: ExpectedRevision): streams.AppendResp {
  const response = new streams.AppendResp();
  if (!outcome.appended) {
    response.setWrongExpectedVersion(wrongExpectedVersion(outcome.current, expected));
    return response;
  }
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(String(outcome.revision));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function wrongExpectedVersion(
  current: bigint | undefined,
  expected: ExpectedRevision,
): streams.AppendResp.WrongExpectedVersion {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  switch (expected) {
    case 'NO_STREAM':
      wrong.setExpectedNoStream(new shared.Empty());
      break;
    case 'STREAM_EXISTS':
      wrong.setExpectedStreamExists(new shared.Empty());
      break;
    case 'ANY':
      wrong.setExpectedAny(new shared.Empty());
      break;
    default:
      wrong.setExpectedRevision(String(expected));
  }
  return wrong;
}
