/** A message with one part, read by the letter of RFC 5322, 2045 and 2047; not with the library that wrote it. */
export interface ReadMessage {
  /** Names in lower case, in the order of the message; values unfolded and decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export function readMessage(raw: Buffer): ReadMessage {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const headers = text
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const;
    });
  const encoding = headers.find(([name]) => name === 'content-transfer-encoding')?.[1] ?? '7bit';
  return { headers, body: decodeBody(text.slice(end + 4), encoding).replaceAll('\r\n', '\n') };
}

export function headerOf({ headers }: ReadMessage, name: string): string {
  const values = headers.filter(([one]) => one === name).map(([, value]) => value);
  if (values.length !== 1) throw new Error(`${values.length} headers ${name}`);
  return values[0] ?? '';
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding) {
    case '7bit':
      return body;
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8');
    case 'quoted-printable':
      return bytesOf(body.replaceAll('=\r\n', ''), /=([0-9A-F]{2})/g);
    default:
      throw new Error(`unexpected encoding ${encoding}`);
  }
}

/** Encoded words with nothing but space between them are one text. */
function decodeWords(value: string): string {
  const oneWord = value.replace(/\?=\s+=\?/g, '?==?');
  return oneWord.replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
    how.toUpperCase() === 'B'
      ? Buffer.from(text, 'base64').toString('utf8')
      : bytesOf(text.replaceAll('_', ' '), /=([0-9A-F]{2})/gi),
  );
}

function bytesOf(text: string, escaped: RegExp): string {
  const bytes = text.replace(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
