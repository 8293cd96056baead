import { createSocket, type Socket } from 'node:dgram';
import { expect } from 'chai';
import { resolveInDns } from '../../src/webhooks/resolve-name.js';

const A = 1;

describe('asking a name server', () => {
  let server: Socket;
  let questions: number;
  let answer: (question: Buffer) => Buffer | null;
  beforeEach(async () => {
    questions = 0;
    server = createSocket('udp4');
    server.on('message', (question, from) => {
      questions += 1;
      const found = answer(question);
      if (found !== null) server.send(found, from.port, from.address);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  const ask = (signal = new AbortController().signal) =>
    resolveInDns([`127.0.0.1:${server.address().port}`])('hooks.example.test', signal);

  it('gives the addresses it knows', async () => {
    answer = (question) =>
      typeOf(question) === A ? addressAnswer(question, [10, 0, 0, 1]) : absence(question, 0);
    expect(await ask()).to.deep.equal([{ address: '10.0.0.1', family: 4 }]);
  });

  it('gives none where there is no such name, or one without addresses', async () => {
    for (const code of [3, 0]) {
      answer = (question) => absence(question, code);
      expect(await ask(), `code ${code}`).to.deep.equal([]);
    }
  });

  it('says when the server fails', async () => {
    answer = (question) => absence(question, 2);
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).to.include({ code: 'ESERVFAIL' });
  });

  it('is given up when it is told so', async () => {
    const cut = new AbortController();
    answer = () => {
      cut.abort();
      return null;
    };
    const failure = await ask(cut.signal).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'ECANCELLED' });
    expect(questions).to.be.greaterThan(0);
  });
});

const endOfQuestion = (message: Buffer): number => message.indexOf(0, 12) + 5;
const typeOf = (message: Buffer): number => message.readUInt16BE(endOfQuestion(message) - 4);

/** An answer with that code and no records. */
function absence(question: Buffer, code: number): Buffer {
  const message = Buffer.from(question.subarray(0, endOfQuestion(question)));
  message.writeUInt16BE(0x8180 | code, 2);
  message.writeUInt16BE(0, 10);
  return message;
}

function addressAnswer(question: Buffer, address: readonly number[]): Buffer {
  const message = absence(question, 0);
  message.writeUInt16BE(1, 6);
  // The name of the question, type A, class IN, for 60 s, 4 bytes.
  return Buffer.concat([message, Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...address])]);
}
