import { expect } from 'chai';
import {
  declaredPackages,
  type Import,
  importsOf,
  packageOf,
  type SourceFile,
  sourceFiles,
  withoutComments,
} from './imports-of.js';

interface Room {
  readonly folder: string;
  /** Own files it may import, by the start of their path. */
  readonly own: readonly string[];
  /** Packages and `node:` modules it may import; a star at the end stands for anything. */
  readonly packages: readonly string[];
  /** Exceptions from `own`, by the start of the path. */
  readonly never?: readonly string[];
}

const port = 'src/event-store/event-store.js';
const chain = 'src/event-store/chain.js';
const keyVault = 'src/key-vault/key-vault.js';
const database = ['src/database/'];

/** The table of rooms; whoever needs a new line here has found a new decision to write down. */
const rooms: readonly Room[] = [
  { folder: 'src/domain', own: ['src/domain/'], packages: [] },
  { folder: 'src/database', own: database, packages: ['better-sqlite3', 'node:*'] },
  {
    folder: 'src/event-store',
    own: ['src/event-store/', 'src/module-worker.js', ...database],
    packages: ['better-sqlite3', '@eventstore/db-client', 'lru-cache', 'node:*'],
  },
  {
    folder: 'src/key-vault',
    own: ['src/key-vault/', ...database],
    packages: ['better-sqlite3', 'lru-cache', 'pg', 'node:*'],
  },
  { folder: 'src/proof', own: ['src/proof/', 'src/domain/', port], packages: ['node:crypto'] },
  {
    folder: 'src/snapshots',
    own: ['src/snapshots/', 'src/application/snapshot-store.js', chain, ...database],
    packages: ['better-sqlite3', 'node:*'],
  },
  {
    folder: 'src/application',
    own: ['src/application/', 'src/domain/', 'src/proof/', port, chain, keyVault],
    packages: ['lru-cache', 'uuid', 'node:crypto', 'node:timers/promises'],
  },
  {
    folder: 'projections',
    own: [
      'projections/',
      'src/domain/',
      port,
      chain,
      keyVault,
      'src/event-store/sqlite/',
      'src/key-vault/',
      'src/proof/',
      ...database,
    ],
    never: ['src/domain/account/decide.js'],
    packages: ['better-sqlite3', 'lru-cache', 'node:*'],
  },
  {
    folder: 'schema',
    own: ['schema/', 'src/application/', 'src/domain/', 'src/proof/', 'projections/'],
    never: [
      'src/domain/account/decide.js',
      'src/domain/account/evolve.js',
      'projections/projector.js',
      'projections/projection-file.js',
      'projections/rebuild.js',
    ],
    packages: ['type-graphql', 'graphql', 'graphql-scalars', 'class-validator', 'node:*'],
  },
  {
    folder: 'src/auth',
    own: ['src/auth/', 'src/config.js', 'src/application/'],
    packages: ['jose', 'lru-cache', 'node:*'],
  },
  {
    folder: 'src/backup',
    own: [
      'src/backup/',
      'src/make-private-folder.js',
      'src/write-whole.js',
      'src/data-folder.js',
      'src/erasure-ledger/',
      'src/open-ledger.js',
      'src/vault-binding.js',
      chain,
      'src/event-store/sqlite/',
      'src/key-vault/',
      ...database,
    ],
    packages: ['better-sqlite3', 'node:*'],
  },
  { folder: 'src/log-migration', own: ['src/log-migration/', 'src/proof/', port, chain], packages: [] },
  {
    folder: 'src/erasure-ledger',
    own: ['src/erasure-ledger/', 'src/write-whole.js', 'src/application/erasure/erasure-ledger.js'],
    packages: ['node:*'],
  },
  {
    folder: 'src/mail',
    own: ['src/mail/', 'src/make-private-folder.js', 'src/application/mail/'],
    packages: ['nodemailer', 'node:*'],
  },
  { folder: 'src/webhooks', own: ['src/webhooks/'], packages: ['node:*'] },
  {
    folder: 'src/process-managers',
    own: ['src/process-managers/', 'src/application/', 'src/domain/', port],
    packages: [],
  },
  {
    folder: 'src/http',
    own: ['src/http/', 'src/auth/', 'src/config.js', 'src/application/', 'src/operations/', 'schema/'],
    packages: ['*'],
  },
  {
    folder: 'src/operations',
    own: ['src/operations/', 'src/application/', port],
    packages: ['prom-client', '@opentelemetry/api', 'node:*'],
  },
];

describe('imports', () => {
  for (const room of rooms)
    it(`of ${room.folder} stay within what the room may use`, () => {
      const broken = sourceFiles(room.folder).flatMap((file) =>
        file.imports
          .filter((used) => !mayImport(room, used))
          .map((used) => `${file.path} imports ${used.target}`),
      );
      expect(broken).to.deep.equal([]);
    });

  it('name only packages that package.json declares', () => {
    const declared = declaredPackages();
    const undeclared = productSources()
      // The bench measures against bare floors, and scripts may start development tools.
      .filter(({ path }) => !path.startsWith('scripts/bench/'))
      .flatMap(({ path, imports }) =>
        imports
          .filter(
            ({ target, isOwnFile, isTypeOnly }) => !isOwnFile && !isTypeOnly && !target.startsWith('node:'),
          )
          .filter(({ target }) => !declared.has(packageOf(target)))
          .map(({ target }) => `${path} imports ${target}`),
      );
    expect(undeclared.filter((line) => !allowedUndeclared.has(line))).to.deep.equal([]);
  });

  it('of own files end in .js, and there is no index file to import', () => {
    const wrong = productSources().flatMap(({ path, imports }) =>
      imports
        .filter(({ target, isOwnFile }) => isOwnFile && !/(?<!\/index)\.js$/.test(target))
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('go in one direction between writing and reading: the application knows no projection, projections no command', () => {
    const across = [...sourceFiles('src/application'), ...sourceFiles('projections')].flatMap(
      ({ path, imports }) =>
        imports
          .filter(({ target }) =>
            path.startsWith('projections/')
              ? target.startsWith('src/application/') || target.startsWith('schema/')
              : target.startsWith('projections/') ||
                target.startsWith('schema/') ||
                target.includes('/sqlite/'),
          )
          .map(({ target }) => `${path} imports ${target}`),
    );
    expect(across).to.deep.equal([]);
  });
});

describe('the domain is pure:', () => {
  const impure: Readonly<Record<string, RegExp>> = {
    'async code': /\basync\b|\bawait\b|\bPromise\b/,
    'the clock': /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/,
    chance: /\bMath\.random\b|\bcrypto\b/,
    timers: /\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/,
    'the process or globals': /\bprocess\.|\bglobalThis\b|\bconsole\./,
  };
  for (const [what, pattern] of Object.entries(impure))
    it(`no file uses ${what}`, () => {
      const files = sourceFiles('src/domain').filter(({ code }) => pattern.test(code));
      expect(files.map(({ path }) => path)).to.deep.equal([]);
    });
});

describe('the reader of imports', () => {
  it('sees every form of import, and nothing in comments or strings', () => {
    const code = withoutComments(`
      import { a } from '../b.js'; // import 'x'
      import type { T } from 'pkg';
      import 'side-effect';
      export * from './c.js';
      export const text = "// no comment"; /* import 'y' */
      import D, {
        type E,
      } from '@scope/pkg/file';
      const later = await import('./d.js');
    `);
    expect(importsOf('src/a/file.ts', code).map(({ target }) => target)).to.have.members([
      'src/b.js',
      'pkg',
      'side-effect',
      'src/a/c.js',
      '@scope/pkg/file',
      'src/a/d.js',
    ]);
  });
});

/** Development only: loaded when there, and never needed to run. */
const allowedUndeclared: ReadonlySet<string> = new Set([
  'src/dev-mode.ts imports @graphql-yoga/render-graphiql',
]);

const productSources = (): readonly SourceFile[] =>
  ['src', 'projections', 'schema', 'scripts'].flatMap((folder) => sourceFiles(folder));

function mayImport(room: Room, { target, isOwnFile }: Import): boolean {
  if (!isOwnFile) return room.packages.some((allowed) => matches(target, allowed));
  if (room.never?.some((start) => target.startsWith(start)) === true) return false;
  return room.own.some((start) => target.startsWith(start));
}

function matches(target: string, allowed: string): boolean {
  return allowed.endsWith('*')
    ? target.startsWith(allowed.slice(0, -1))
    : target === allowed || packageOf(target) === allowed;
}
