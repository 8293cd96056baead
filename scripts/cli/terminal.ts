type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Colours only where someone looks: on a terminal, and not under NO_COLOR. */
export function styled(stream: NodeJS.WriteStream, style: Style, text: string): string {
  if (!stream.isTTY || (process.env.NO_COLOR ?? '') !== '') return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** For people; results go to stdout by `print`, this goes to stderr. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One object a line, for machines. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}
