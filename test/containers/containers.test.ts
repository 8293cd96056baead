import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.js';
import { configVariables } from '../../src/config-variables.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

/** Read by parts of Muster that have their own list; the address of a cluster and of a vault for several nodes. */
const ofSeveralNodes = ['EVENT_STORE_URL', 'MUSTER_KEY_VAULT_URL'];

/** What the servers beside Muster are told, as their own documentation names it. */
const ofOthers = [
  'EVENTSTORE_CLUSTER_SIZE',
  'EVENTSTORE_DISCOVER_VIA_DNS',
  'EVENTSTORE_NODE_PORT',
  'EVENTSTORE_TELEMETRY_OPTOUT',
  'EVENTSTORE_TRUSTED_ROOT_CERTIFICATES_PATH',
  'EVENTSTORE_REPLICATION_IP',
  'EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS',
  'EVENTSTORE_GOSSIP_SEED',
  'EVENTSTORE_CERTIFICATE_FILE',
  'EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE',
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD',
];

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly networks?: { readonly default: { readonly ipv4_address: string } };
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

describe('the Dockerfile', () => {
  const text = read('Dockerfile').replaceAll('\\\n', ' ');
  const instructions = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/));
  const of = (name: string) =>
    instructions.filter(([first]) => first === name).map((words) => words.slice(1));

  it('copies only what is there, and what the ignore file lets through', () => {
    const kept = read('.dockerignore').split('\n');
    expect(kept[0]).to.equal('*');
    const sources = of('COPY')
      .filter(([first]) => !first?.startsWith('--from='))
      .flatMap((words) => words.slice(0, -1));
    expect(sources).to.have.lengthOf.greaterThan(5);
    for (const source of sources) {
      expect(existsSync(`${root}${source}`), source).to.equal(true);
      expect(kept, source).to.include(`!${source}`);
    }
  });

  it('is pinned, ends as a user without rights, and has no shell before the process', () => {
    expect(text).to.match(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-bookworm-slim$/m);
    expect(of('FROM')).to.have.lengthOf(2);
    expect(text.match(/^FROM \$\{NODE_IMAGE\}/gm)).to.have.lengthOf(2);
    expect(of('USER').at(-1)).to.deep.equal(['node']);
    expect(execForm('ENTRYPOINT').slice(-1)).to.deep.equal(['dist/scripts/muster.js']);
    expect(execForm('CMD')[0]).to.equal('serve');
    const node = /NODE_IMAGE=node:(\d+)\./.exec(text)?.[1];
    expect(Number(node)).to.be.at.least(20);
  });

  it('asks after the health of the process by a command that can tell', async () => {
    const command: readonly string[] = JSON.parse(/HEALTHCHECK .*? CMD (\[.*\])/.exec(text)?.[1] ?? '[]');
    await expectHealthCommand(command, '/livez', (port) => ({ MUSTER_PORT: String(port) }));
  });

  const execForm = (name: string): readonly string[] =>
    JSON.parse(
      of(name)
        .filter(([first]) => first?.startsWith('['))[0]
        ?.join(' ') ?? '[]',
    );
});

for (const file of ['compose.yaml', 'compose.cluster.yaml'])
  describe(file, () => {
    const { services, volumes } = parse(read(file), { merge: true }) as Compose;
    const musters = Object.values(services).filter(({ image }) => image.startsWith('muster:'));

    it('names only variables that somebody reads', () => {
      const names = Object.values(services).flatMap(({ environment }) => Object.keys(environment ?? {}));
      const known: readonly string[] = [...configVariables, ...ofSeveralNodes, ...ofOthers];
      expect(names.filter((name) => !known.includes(name))).to.deep.equal([]);
    });

    it('gives each Muster a configuration that it starts with', () => {
      expect(musters.length).to.be.greaterThan(0);
      for (const { environment = {} } of musters) {
        const filled = Object.entries(environment)
          .filter(([name]) => !ofSeveralNodes.includes(name))
          .map(([name, value]) => [name, withSamples(value)]);
        const config = readConfig(Object.fromEntries(filled));
        expect(config.operations.metrics).to.deep.equal({ host: '0.0.0.0', port: 9464 });
        expect(config.mail.via).to.equal('FOLDER');
      }
    });

    it('leaves each Muster time to finish, nothing to write but its volumes, and no port but on this machine', () => {
      for (const muster of musters) {
        const drain = Number(muster.environment?.MUSTER_DRAIN_SECONDS);
        expect(Number.parseInt(muster.stop_grace_period ?? '0', 10)).to.be.at.least(drain + 10);
        expect(muster.read_only).to.equal(true);
        expect(muster.volumes?.some((mount) => mount.endsWith(':/data'))).to.equal(true);
        for (const port of muster.ports ?? []) expect(port).to.match(/^127\.0\.0\.1:\d+:4000$/);
      }
    });

    it('asks each Muster whether it is ready by a command that can tell', async () => {
      const [, ...command] = musters[0]?.healthcheck?.test ?? [];
      await expectHealthCommand(command, '/readyz', (port) => ({ port }));
    });

    it('pins every image, and refers to no service, health or volume that is not there', () => {
      for (const [name, { image, volumes: mounts = [], depends_on: needed = {} }] of Object.entries(
        services,
      )) {
        expect(image, name).to.match(/:\d+\.\d+(\.\d+)?(-[\w-]+)?$/);
        for (const mount of mounts) expect(Object.keys(volumes), mount).to.include(mount.split(':')[0]);
        for (const [other, { condition }] of Object.entries(needed)) {
          expect(Object.keys(services), name).to.include(other);
          if (condition === 'service_healthy')
            expect(services[other]?.healthcheck, other).not.to.equal(undefined);
        }
      }
    });
  });

describe('the three nodes of compose.cluster.yaml', () => {
  const { services } = parse(read('compose.cluster.yaml'), { merge: true }) as Compose;
  const nodes = Object.entries(services).filter(([name]) => /^eventstore\d$/.test(name));
  const script = services.certificates?.command?.at(-1) ?? '';

  it('name each other as seeds, and each has a certificate for its own names', () => {
    expect(nodes).to.have.lengthOf(3);
    const addressOf = (service: Service) => service.networks?.default.ipv4_address ?? '';
    const addresses = nodes.map(([, service]) => addressOf(service));
    for (const [name, service] of nodes) {
      const { environment = {} } = service;
      const address = addressOf(service);
      expect(environment.EVENTSTORE_REPLICATION_IP).to.equal(address);
      expect(environment.EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS).to.equal(name);
      const others = addresses.filter((other) => other !== address).map((other) => `${other}:2113`);
      expect(environment.EVENTSTORE_GOSSIP_SEED?.split(',')).to.have.members(others);
      expect(environment.EVENTSTORE_CERTIFICATE_FILE).to.equal(`/certs/${name}/node.crt`);
      const made = script.split('\n').find((line) => line.includes(`-out ./${name} `)) ?? '';
      expect(made).to.include(`-ip-addresses 127.0.0.1,${address} -dns-names localhost,${name}`);
    }
  });

  it('are all in the address that the Musters connect to, by TLS, leader first', () => {
    const urls = ['muster1', 'muster2'].map((name) => services[name]?.environment?.EVENT_STORE_URL ?? '');
    expect(urls[0]).to.equal(urls[1]);
    const url = withSamples(urls[0] ?? '');
    expect(url).to.equal(
      'esdb://sample:sample@eventstore1:2113,eventstore2:2113,eventstore3:2113?tlsCAFile=/ca/ca.crt&nodePreference=leader',
    );
  });

  it('make their certificates by a script that a shell can read', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });
});

/** As compose would, with a value for everything that must be set. */
const withSamples = (value: string): string =>
  value.replace(/\$\{(\w+):([?-])[^}]*\}/g, (_, name: string, operator: string) =>
    operator === '-' ? '' : name.endsWith('_URL') ? 'https://id.example.com/jwks' : 'sample',
  );

/** 0 when the path answers 200, 1 when it answers 503, 1 when nobody listens. */
async function expectHealthCommand(
  [program, ...given]: readonly string[],
  path: string,
  told: (port: number) => { readonly MUSTER_PORT: string } | { readonly port: number },
): Promise<void> {
  expect(program).to.equal('node');
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(request.url === path ? status : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const place = told(port);
  const env = 'MUSTER_PORT' in place ? place : {};
  // A compose file knows the port, so it stands in the command.
  const args = 'port' in place ? given.map((arg) => arg.replace(':4000/', `:${port}/`)) : given;
  const run = () =>
    new Promise<number | null>((resolve) => {
      spawn(process.execPath, args, { env: { ...process.env, ...env } }).once('exit', resolve);
    });
  expect(await run()).to.equal(0);
  status = 503;
  expect(await run()).to.equal(1);
  await new Promise((resolve) => server.close(resolve));
  expect(await run()).to.equal(1);
}
