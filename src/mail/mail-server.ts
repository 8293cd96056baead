/** An SMTP server as `MUSTER_SMTP_URL` names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** SMTPS: TLS from the first byte. */
  readonly isTlsFromStart: boolean;
  /** Nothing is sent before STARTTLS has worked; otherwise STARTTLS is used when it is offered. */
  readonly requiresTls: boolean;
  /** False only for this machine itself, where relays have certificates that nobody signed and nobody listens. */
  readonly verifiesCertificate: boolean;
  readonly credentials: { readonly user: string; readonly password: string } | null;
  /** For people: the URL without credentials. */
  readonly shown: string;
}

const EXAMPLE = 'smtp://user:password@mail.example.com:587 or smtps://…:465';
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;

/** Null, and one more problem, when the URL does not name a server. The password is never repeated. */
export function readMailServer(text: string, problems: string[]): MailServer | null {
  const problem = (what: string): null => {
    problems.push(`MUSTER_SMTP_URL ${what}`);
    return null;
  };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || !HOST.test(url.hostname))
    return problem(`must name a mail server, like ${EXAMPLE}`);
  if (!['', '/'].includes(url.pathname) || url.hash !== '')
    return problem('must end after host and port, but for ?requireTLS=true or ?requireTLS=false');
  const [unknown] = [...url.searchParams.keys()].filter((name) => name !== 'requireTLS');
  if (unknown !== undefined) return problem('takes no parameter other than requireTLS');
  const requireTls = url.searchParams.get('requireTLS');
  if (requireTls !== null && requireTls !== 'true' && requireTls !== 'false')
    return problem('takes requireTLS=true or requireTLS=false');
  const credentials = readCredentials(url);
  if (credentials === 'INVALID')
    return problem('needs user and password or neither, with special characters written like %40 for @');
  return { ...endpointOf(url, requireTls), credentials };
}

function endpointOf(url: URL, requireTls: string | null): Omit<MailServer, 'credentials'> {
  const isTlsFromStart = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const isLoopback = ['localhost', '127.0.0.1', '::1'].includes(host);
  const port = url.port === '' ? (isTlsFromStart ? 465 : 587) : Number(url.port);
  return {
    host,
    port,
    isTlsFromStart,
    requiresTls: requireTls === null ? !isLoopback : requireTls === 'true',
    verifiesCertificate: !isLoopback || requireTls === 'true',
    shown: `${url.protocol}//${url.hostname.toLowerCase()}:${port}`,
  };
}

function readCredentials({ username, password }: URL): MailServer['credentials'] | 'INVALID' {
  if (username === '' && password === '') return null;
  if (username === '' || password === '') return 'INVALID';
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return 'INVALID';
  }
}
