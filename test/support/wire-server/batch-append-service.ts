import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import grpc from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import googleEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import { authorise } from './access.js';
import type { ExpectedRevision } from './append-decision.js';
import { logToWrite, mustFit } from './append-service.js';
import { proposedRecord, streamNameOf, uuidOf } from './messages.js';
import { RpcError } from './rpc-errors.js';
import { Abandoned } from './running-call.js';
import type { ServingNode } from './serving-node.js';
import type { AppendOutcome } from './wire-log.js';

type BatchCall = grpc.ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;

interface Batch {
  readonly options: streams.BatchAppendReq.Options;
  readonly messages: streams.BatchAppendReq.ProposedMessage[];
}

/** The append that the client prefers, and that the adapter must never use: many streams over one long call. */
export function batchAppendService(node: ServingNode) {
  return (call: BatchCall): void => {
    const open = new Map<string, Batch>();
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', (request: streams.BatchAppendReq) => {
      const correlation = uuidOf(request.getCorrelationId());
      const options = request.getOptions();
      const batch = open.get(correlation) ?? (options && { options, messages: [] });
      if (!batch) return;
      open.set(correlation, batch);
      batch.messages.push(...request.getProposedMessagesList());
      if (!request.getIsFinal()) return;
      open.delete(correlation);
      answer(node, call, batch).then(
        (response) => call.write(response.setCorrelationId(request.getCorrelationId())),
        (error: unknown) => {
          if (!(error instanceof Abandoned)) call.emit('error', error);
        },
      );
    });
  };
}

async function answer(node: ServingNode, call: BatchCall, batch: Batch): Promise<streams.BatchAppendResp> {
  const response = new streams.BatchAppendResp();
  response.setStreamIdentifier(batch.options.getStreamIdentifier());
  const stream = streamNameOf(batch.options.getStreamIdentifier());
  const running = node.begin('BatchAppend', call, stream);
  await running.passes('before');
  try {
    authorise(node.log, node.users, { headers: call.metadata, stream, right: '$w' });
    const events = batch.messages.map(proposedRecord);
    mustFit(node, events);
    const expected = expectedRevision(batch.options);
    const outcome = logToWrite(node, call.metadata).append({ stream, expected, events });
    if (outcome.appended) response.setSuccess(success(outcome));
    else response.setError(wrongExpectedVersion(outcome.current, expected));
  } catch (error) {
    response.setError(refusal(node, error));
  }
  await running.passes('after');
  return response;
}

function expectedRevision(options: streams.BatchAppendReq.Options): ExpectedRevision {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'NO_STREAM';
  return options.hasStreamExists() ? 'STREAM_EXISTS' : 'ANY';
}

function success(outcome: AppendOutcome & { readonly appended: true }): streams.BatchAppendResp.Success {
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  const done = new streams.BatchAppendResp.Success();
  done.setCurrentRevision(String(outcome.revision));
  done.setPosition(position);
  return done;
}

function wrongExpectedVersion(current: bigint | undefined, expected: ExpectedRevision): status.Status {
  const details = new shared.WrongExpectedVersion();
  if (current === undefined) details.setCurrentNoStream(new googleEmpty.Empty());
  else details.setCurrentStreamRevision(String(current));
  if (expected === 'NO_STREAM') details.setExpectedNoStream(new googleEmpty.Empty());
  else if (expected === 'STREAM_EXISTS') details.setExpectedStreamExists(new googleEmpty.Empty());
  else if (expected === 'ANY') details.setExpectedAny(new googleEmpty.Empty());
  else details.setExpectedStreamPosition(String(expected));
  return packed(grpc.status.ALREADY_EXISTS, 'WrongExpectedVersion', details.serializeBinary());
}

/** Errors of one batch are its own answer; whatever else goes wrong ends the whole call. */
function refusal(node: ServingNode, error: unknown): status.Status {
  if (!(error instanceof RpcError)) throw error;
  switch (error.metadata.get('exception')[0]) {
    case 'access-denied':
      return packed(error.code, 'AccessDenied', new shared.AccessDenied().serializeBinary());
    case 'maximum-append-size-exceeded': {
      const details = new shared.MaximumAppendSizeExceeded();
      details.setMaxappendsize(node.maxAppendBytes);
      return packed(error.code, 'MaximumAppendSizeExceeded', details.serializeBinary());
    }
    default:
      throw error;
  }
}

function packed(code: grpc.status, name: string, bytes: Uint8Array): status.Status {
  const details = new any.Any();
  details.pack(bytes, `event_store.client.${name}`);
  const answer = new status.Status();
  answer.setCode(code as number);
  answer.setMessage(name);
  answer.setDetails(details);
  return answer;
}
