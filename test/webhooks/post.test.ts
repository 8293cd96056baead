import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { expect } from 'chai';
import { allowedPrivateFrom } from '../../src/webhooks/addresses.js';
import { mayPostTo, post } from '../../src/webhooks/post.js';
import { secretText, signedHeaders } from '../../src/webhooks/signature.js';
import { isSigned } from './receiver.js';

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('posting a webhook', () => {
  let server: Server;
  let port: number;
  let seen: Seen[];
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    seen = [];
    answer = (response) => response.writeHead(204).end();
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push({ headers: request.headers, body });
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (
    host = '127.0.0.1',
    allow: readonly string[] = ['127.0.0.0/8'],
    headers = {},
    signal = new AbortController().signal,
  ) => {
    const listed = allowedPrivateFrom(allow);
    if ('wrong' in listed) throw new Error(`not taken: ${listed.wrong}`);
    const rules = { allowed: listed.allowed, timeoutMs: 300, answerBytes: 1_000 };
    return post(
      { url: `http://${host}:${port}/hook`, headers, body: '{"type":"UserRemoved"}', signal },
      rules,
    );
  };

  it('is taken when the answer is 200 to 299', async () => {
    expect(await send()).to.deep.equal({ outcome: 'TAKEN', status: 204 });
    expect(seen.map(({ body }) => body)).to.deep.equal(['{"type":"UserRemoved"}']);
  });

  for (const status of [400, 410, 500, 503])
    it(`is refused by ${status}`, async () => {
      answer = (response) => response.writeHead(status).end('why: secret@example.test');
      expect(await send()).to.deep.equal({
        ...{ outcome: 'REFUSED', status, code: `HTTP_${status}`, retryAfterMs: null },
      });
    });

  it('says when the receiver wants to be asked again, in seconds', async () => {
    for (const [header, retryAfterMs] of [
      ['120', 120_000],
      ['Wed, 21 Oct 2026 07:28:00 GMT', null],
      ['-1', null],
    ] as const) {
      answer = (response) => response.writeHead(429, { 'retry-after': header }).end();
      expect(await send(), header).to.include({ code: 'HTTP_429', retryAfterMs });
    }
  });

  it('is cut off when it is told so', async () => {
    answer = () => {};
    const cut = new AbortController();
    setTimeout(() => cut.abort(), 20);
    expect(await send('127.0.0.1', ['127.0.0.0/8'], {}, cut.signal)).to.include({ code: 'ABORTED' });
    expect(await send('127.0.0.1', ['127.0.0.0/8'], {}, cut.signal)).to.include({ code: 'ABORTED' });
    expect(seen).to.have.lengthOf(1);
  });

  it('follows no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
    expect(await send()).to.include({ outcome: 'REFUSED', status: 307, code: 'HTTP_307' });
    expect(seen).to.have.lengthOf(1);
  });

  it('gives up when no answer comes in time; one that begins and never ends is as good as its status', async () => {
    answer = () => {};
    expect(await send()).to.include({ outcome: 'FAILED', code: 'TIMEOUT' });
    answer = (response) => response.writeHead(200).write('x');
    expect(await send()).to.include({ outcome: 'TAKEN', status: 200 });
    answer = (response) => response.writeHead(500).write('x');
    expect(await send()).to.include({ outcome: 'REFUSED', code: 'HTTP_500' });
  });

  it('reads no more of an answer than it needs', async () => {
    const ended = new Promise<number>((resolve) => {
      answer = (response) => {
        response.writeHead(200);
        let written = 0;
        // Slowly, so that little is under way when the reader has had enough.
        const filling = setInterval(() => {
          written += 500;
          response.write('x'.repeat(500));
        }, 2);
        response.on('close', () => {
          clearInterval(filling);
          resolve(written);
        });
      };
    });
    expect(await send()).to.deep.equal({ outcome: 'TAKEN', status: 200 });
    expect(await ended).to.be.lessThan(10_000);
  });

  it('is through with a receiver that never stops with interim answers', async () => {
    let written = 0;
    answer = (response) => {
      const fill = () => {
        if (response.socket === null || response.socket.destroyed || written > 100_000) return;
        written += 1;
        response.socket.write('HTTP/1.1 103 Early Hints\r\n\r\n', () => setImmediate(fill));
      };
      fill();
    };
    expect(await send()).to.include({ outcome: 'FAILED', code: 'TOO_MANY_INTERIM_ANSWERS' });
  });

  it('says when nobody listens', async () => {
    server.close();
    expect(await send()).to.include({ outcome: 'FAILED', code: 'ECONNREFUSED' });
  });

  it('connects to no private address, by whatever spelling or name, unless it is listed', async () => {
    for (const host of ['127.0.0.1', '127.1', '0x7f000001', '2130706433', '[::1]', '[::ffff:127.0.0.1]'])
      expect(await send(host, ['10.0.0.0/8', 'hooks.internal']), host).to.include({
        outcome: 'FAILED',
        code: 'ADDRESS_FORBIDDEN',
      });
    expect(seen).to.deep.equal([]);
  });

  it('connects to a host that is listed by name', async () => {
    expect(await send('localhost', ['localhost'])).to.include({ outcome: 'TAKEN' });
  });

  it('speaks http only to what is listed', async () => {
    const result = await post(
      { url: 'http://93.184.216.34/', headers: {}, body: '' },
      { allowed: allowed([]), timeoutMs: 100, answerBytes: 0 },
    );
    expect(result).to.include({ code: 'ADDRESS_FORBIDDEN' });
  });

  it('says without looking a name up where nothing can be posted', () => {
    const may = (url: string, allow: readonly string[] = []) => mayPostTo(url, allowed(allow));
    expect(may('https://hooks.example.test/')).to.equal(true);
    expect(may('http://hooks.example.test/')).to.equal(false);
    expect(may('http://hooks.example.test/', ['hooks.example.test'])).to.equal(true);
    // It may resolve to an address of the range.
    expect(may('http://hooks.example.test/', ['10.0.0.0/8'])).to.equal(true);
    expect(may('https://10.0.0.1/')).to.equal(false);
    expect(may('http://10.0.0.1/', ['10.0.0.0/8'])).to.equal(true);
    expect(may('https://[::ffff:10.0.0.1]/')).to.equal(false);
  });

  it('looks at the address that it connects to: a name that leads elsewhere the next time gains nothing', async () => {
    const leadsTo = [['127.0.0.1'], ['10.0.0.1'], ['169.254.169.254', '::ffff:10.0.0.1'], ['127.0.0.1']];
    const looked: string[] = [];
    const send = () =>
      post(
        { url: `http://rebinding.example.test:${port}/`, headers: {}, body: '{}' },
        {
          allowed: allowed(['127.0.0.0/8']),
          timeoutMs: 300,
          answerBytes: 1_000,
          resolveName: async (host) => {
            const addresses = leadsTo[looked.push(host) - 1] ?? [];
            return addresses.map((address) => ({ address, family: isIP(address) }));
          },
        },
      );
    const codes: string[] = [];
    for (const _ of leadsTo) {
      const result = await send();
      codes.push('code' in result ? result.code : result.outcome);
    }
    expect(codes).to.deep.equal(['TAKEN', 'ADDRESS_FORBIDDEN', 'ADDRESS_FORBIDDEN', 'TAKEN']);
    expect(looked).to.have.lengthOf(leadsTo.length);
    expect(seen).to.have.lengthOf(2);
  });

  it('says the same of a name that leads inside as of one that is nowhere', async () => {
    const codes: string[] = [];
    for (const addresses of [['10.0.0.1'], ['127.0.0.1', '::1'], []]) {
      const rules = {
        allowed: allowed([]),
        timeoutMs: 300,
        answerBytes: 0,
        resolveName: async () => addresses.map((address) => ({ address, family: isIP(address) })),
      };
      const result = await post({ url: 'https://inside.example.test/', headers: {}, body: '' }, rules);
      codes.push('code' in result ? result.code : result.outcome);
    }
    expect(codes).to.deep.equal(Array(3).fill('ADDRESS_FORBIDDEN'));
  });

  it('waits for no name longer than for the rest, and gives the look-up up', async () => {
    let lookup: AbortSignal | undefined;
    const rules = {
      allowed: allowed([]),
      timeoutMs: 50,
      answerBytes: 0,
      resolveName: (_host: string, signal: AbortSignal) => {
        lookup = signal;
        return new Promise<never>(() => undefined);
      },
    };
    const result = await post({ url: 'https://slow.example.test/', headers: {}, body: '' }, rules);
    expect(result).to.include({ code: 'TIMEOUT' });
    expect(lookup?.aborted).to.equal(true);
  });

  it('carries signatures that the receiver can check with each of its secrets', async () => {
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const timestamp = 1_700_000_000;
    await send(
      '127.0.0.1',
      ['127.0.0.1'],
      signedHeaders({ id: 'e1', timestamp, body: '{"type":"UserRemoved"}' }, keys),
    );
    const [{ headers, body }] = seen as [Seen];
    for (const key of keys) expect(isSigned(secretText(key), { headers, body })).to.equal(true);
    expect(isSigned(secretText(Buffer.alloc(32, 3)), { headers, body })).to.equal(false);
    expect(isSigned(secretText(keys[0] as Buffer), { headers, body: `${body} ` })).to.equal(false);
  });

  const allowed = (entries: readonly string[]) => {
    const listed = allowedPrivateFrom(entries);
    if ('wrong' in listed) throw new Error(`not taken: ${listed.wrong}`);
    return listed.allowed;
  };
});
