import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AppendExpectedRevision,
  type EventData,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import grpc from '@grpc/grpc-js';
import { expect } from 'chai';
import type { WireNode } from '../../support/wire-server/wire-node.js';
import { anEvent, CREDENTIALS, failureOf, someEvents, WireFixture } from './wire-fixture.js';

for (const way of ['unary', 'batch'] as const) {
  describe(`wire server: ${way} append`, () => {
    const fixture = new WireFixture();
    afterEach(() => fixture.release());

    async function connected() {
      const node = await fixture.node();
      const client = fixture.clientOf(node);
      const append = (
        stream: string,
        expectedRevision: AppendExpectedRevision,
        events: readonly EventData[],
      ) =>
        client.appendToStream(stream, [...events], {
          expectedRevision,
          ...(way === 'unary' ? { credentials: CREDENTIALS } : {}),
        });
      return { node, append };
    }

    it('uses only its own call', async () => {
      const { node, append } = await connected();
      await append('a', NO_STREAM, someEvents(1));
      expect(Object.keys(node.calls())).to.include(way === 'unary' ? 'Append' : 'BatchAppend');
      expect(Object.keys(node.calls())).not.to.include(way === 'unary' ? 'BatchAppend' : 'Append');
    });

    it('counts revisions of a stream from 0 without gaps, positions upwards with gaps', async () => {
      const { node, append } = await connected();
      const first = await append('a', NO_STREAM, someEvents(2));
      await append('b', NO_STREAM, someEvents(1));
      const third = await append('a', 1n, someEvents(3));
      expect([first.nextExpectedRevision, third.nextExpectedRevision]).to.deep.equal([1n, 4n]);
      expect(node.log.stream('a').map(({ revision }) => revision)).to.deep.equal([0n, 1n, 2n, 3n, 4n]);
      const positions = node.log.records.map(({ position }) => position);
      for (const [index, position] of positions.slice(1).entries()) {
        expect(position - (positions[index] ?? 0n) > 50n).to.equal(true);
      }
      expect(third.position?.commit).to.equal(positions.at(-1));
      expect(third.position?.prepare).to.equal(positions.at(-1));
    });

    it('keeps the bytes as they were sent', async () => {
      const { node, append } = await connected();
      const id = randomUUID();
      await append('a', NO_STREAM, [
        jsonEvent({ id, type: 'T', data: { text: 'ü\u0000' }, metadata: { m: 1 } }),
      ]);
      const [record] = node.log.stream('a');
      expect(record?.id).to.equal(id);
      expect(record?.data.toString('utf8')).to.equal('{"text":"ü\\u0000"}');
      expect(record?.metadata.toString('utf8')).to.equal('{"m":1}');
    });

    const refusals: readonly [string, AppendExpectedRevision, number, bigint | 'no_stream'][] = [
      ['NO_STREAM where the stream is', NO_STREAM, 2, 1n],
      ['a revision already passed', 0n, 2, 1n],
      ['a revision not yet reached', 2n, 2, 1n],
      ['a revision of a stream that is not', 0n, 0, 'no_stream'],
      ['STREAM_EXISTS where it does not', STREAM_EXISTS, 0, 'no_stream'],
    ];
    for (const [name, expected, existing, actual] of refusals) {
      it(`refuses ${name}, and writes nothing`, async () => {
        const { node, append } = await connected();
        if (existing > 0) await append('a', NO_STREAM, someEvents(existing));
        const failure = await failureOf(append('a', expected, someEvents(2)));
        expect(failure).to.be.instanceOf(WrongExpectedVersionError);
        const { streamName, expectedVersion, actualVersion } = failure as WrongExpectedVersionError;
        expect({ streamName, expectedVersion, actualVersion }).to.deep.equal({
          streamName: 'a',
          expectedVersion: expected,
          actualVersion: actual,
        });
        expect(node.log.stream('a')).to.have.length(existing);
      });
    }

    it('takes ANY and STREAM_EXISTS where they are true', async () => {
      const { append } = await connected();
      await append('a', ANY, someEvents(1));
      expect((await append('a', STREAM_EXISTS, someEvents(1))).nextExpectedRevision).to.equal(1n);
      expect((await append('a', ANY, someEvents(1))).nextExpectedRevision).to.equal(2n);
    });

    it('answers the same events at the same place as the first time, also later', async () => {
      const { node, append } = await connected();
      const events = someEvents(2);
      await append('a', NO_STREAM, someEvents(1));
      const first = await append('a', 0n, events);
      await append('a', 2n, someEvents(1));
      const again = await append('a', 0n, events);
      expect(again).to.deep.equal(first);
      expect(node.log.stream('a')).to.have.length(4);
    });

    it('answers the beginning of what was written there as done', async () => {
      const { append } = await connected();
      const events = someEvents(3);
      await append('a', NO_STREAM, events);
      const again = await append('a', NO_STREAM, events.slice(0, 2));
      expect(again.nextExpectedRevision).to.equal(1n);
    });

    it('refuses events that are there only in part, or in another order', async () => {
      const { node, append } = await connected();
      const [one, two, three] = [anEvent(1), anEvent(2), anEvent(3)];
      await append('a', NO_STREAM, [one, two]);
      for (const events of [
        [one, three],
        [three, two],
        [two, one],
        [one, two, three],
      ]) {
        const failure = await failureOf(append('a', NO_STREAM, events));
        expect(failure).to.be.instanceOf(WrongExpectedVersionError);
      }
      expect(node.log.stream('a')).to.have.length(2);
    });

    it('writes the same ids again at another place or in another stream', async () => {
      const { append } = await connected();
      const events = someEvents(2);
      await append('a', NO_STREAM, events);
      expect((await append('a', 1n, events)).nextExpectedRevision).to.equal(3n);
      expect((await append('b', NO_STREAM, events)).nextExpectedRevision).to.equal(1n);
    });

    it('recognises recent ids under ANY, and refuses a part of them', async () => {
      const { node, append } = await connected();
      const events = someEvents(2);
      await append('a', ANY, events);
      expect((await append('a', ANY, events)).nextExpectedRevision).to.equal(1n);
      for (const partly of [[...events, anEvent(3)], events.toSpliced(1, 0, anEvent(3))]) {
        const failure = await failureOf(append('a', ANY, partly));
        expect(failure).to.be.instanceOf(WrongExpectedVersionError);
      }
      expect(node.log.stream('a')).to.have.length(2);
    });

    it('refuses more than 1 MiB in one append, and takes just less', async () => {
      const { node, append } = await connected();
      const big = (bytes: number) => [
        jsonEvent({ id: randomUUID(), type: 'T', data: 'x'.repeat(bytes - 2) }),
      ];
      const failure = await failureOf(append('a', NO_STREAM, big(1024 * 1024)));
      expect(failure).to.be.instanceOf(MaxAppendSizeExceededError);
      expect((failure as MaxAppendSizeExceededError).maxAppendSize).to.equal(1024 * 1024);
      expect(node.log.stream('a')).to.have.length(0);
      await append('a', NO_STREAM, big(1024 * 1024 - 2));
    });
  });
}

describe('wire server: an append that is cut off', () => {
  const fixture = new WireFixture();
  afterEach(() => fixture.release());

  const cuts = [
    ['by its caller', (_node: WireNode, call: grpc.ClientWritableStream<streams.AppendReq>) => call.cancel()],
    ['by its connection', (node: WireNode) => node.dropConnections()],
  ] as const;
  for (const [name, cut] of cuts) {
    it(`${name} writes nothing, though some of its events have arrived`, async () => {
      const node = await fixture.node();
      const client = new streamsServices.StreamsClient(
        `127.0.0.1:${node.port}`,
        grpc.credentials.createInsecure(),
      );
      const ended = new Promise<grpc.ServiceError | null>((resolve) => {
        const call = client.append((error) => resolve(error));
        call.on('error', () => {});
        call.write(optionsOf('a'));
        call.write(proposed('00000000-0000-4000-8000-000000000001'));
        setTimeout(() => cut(node, call), 50);
      });
      expect((await ended)?.code).to.be.oneOf([grpc.status.CANCELLED, grpc.status.UNAVAILABLE]);
      client.close();
      // Time for the server to write what it must not.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(node.log.stream('a')).to.have.length(0);
    });
  }
});

function optionsOf(stream: string): streams.AppendReq {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)));
  options.setNoStream(new shared.Empty());
  return new streams.AppendReq().setOptions(options);
}

function proposed(id: string): streams.AppendReq {
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(new shared.UUID().setString(id));
  message.getMetadataMap().set('type', 'T').set('content-type', 'application/json');
  return new streams.AppendReq().setProposedMessage(message);
}
