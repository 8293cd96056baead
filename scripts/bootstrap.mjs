/**
 * What every npm script goes through: installs what is missing, builds what is stale, then does what was asked.
 * Node built-ins only, because it runs before anything is installed. Its own messages go to stderr.
 *
 *   node scripts/bootstrap.mjs run <subcommand> [arguments]   muster, compiled, in this process
 *   node scripts/bootstrap.mjs check                          types, lint, format, import rules, schema
 *   node scripts/bootstrap.mjs test [mocha arguments]         check, then the tests
 *   node scripts/bootstrap.mjs measure <file> [arguments]     a command that needs the servers of the tests
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...names) => join(root, ...names);
const say = (message) => process.stderr.write(`muster: ${message}\n`);

/** Mocha with the files it is given and no others; .mocharc.json would add all. */
const mochaOnly = ['--import', 'tsx/esm', tool('mocha', 'bin/mocha.js'), '--no-config', '--timeout', '20000'];

const [task, ...args] = process.argv.slice(2);
refuseOldNode();
install();
if (task === 'run') await runMuster(args);
else if (task === 'check') process.exitCode = check();
else if (task === 'test') process.exitCode = test(args);
else if (task === 'measure') await measure(args);
else fail(`"${task}" is no task; use run, check, test or measure`);

/** In this very process, so that signals, exit code and terminal need no passing on. */
async function runMuster(args) {
  build();
  const entry = inRoot('dist', 'scripts', 'muster.js');
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, entry, ...args];
  await import(pathToFileURL(entry).href);
}

function check() {
  const failed = [
    ['types', tool('typescript', 'bin/tsc'), '--noEmit', '-p', '.'],
    ['lint and format', tool('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings'],
    ['import rules', ...mochaOnly, '--reporter', 'dot', 'test/architecture/import-rules.test.ts'],
    ['schema.graphql up to date', '--import', 'tsx', 'scripts/muster.ts', 'emit-schema', '--check'],
  ].filter(([what, ...command]) => {
    const ok = runNode(command) === 0;
    say(`${ok ? 'ok    ' : 'FAILED'} ${what}`);
    return !ok;
  });
  return failed.length === 0 ? 0 : 1;
}

/** In this very process too: a signal to it must not leave a server behind. */
async function measure([file, ...args]) {
  Object.assign(process.env, environmentOfTests());
  process.chdir(root);
  const { register } = await import('tsx/esm/api');
  register();
  process.argv = [process.execPath, inRoot(file), ...args];
  await import(pathToFileURL(inRoot(file)).href);
}

function test(args) {
  const env = environmentOfTests();
  if (args.length > 0) return runNode([...mochaOnly, ...args], env);
  const checked = check();
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  const lastWords = join(folder, 'last-words');
  // A file per core; the other cores of a big machine stay free for the servers that tests start.
  const tested = runNode([tool('mocha', 'bin/mocha.js'), '--parallel', '--jobs', '2'], {
    ...env,
    MUSTER_TEST_LAST_WORDS: lastWords,
  });
  // At the very end, where nobody overlooks it.
  for (const line of [...new Set(read(lastWords)?.split('\n').filter(Boolean))].sort()) say(line);
  rmSync(folder, { recursive: true });
  return tested || checked;
}

/** What spawns Muster shall spawn the compiled one, which is the one people run, and starts faster. */
function environmentOfTests() {
  build();
  return { ...process.env, MUSTER_TEST_COMPILED: '1' };
}

/** `npm ci` unless node_modules came from this very lock file, for this Node's native modules. */
function install() {
  const wanted = digest([
    readFileSync(inRoot('package-lock.json')),
    process.versions.modules,
    process.platform,
    process.arch,
  ]);
  const stamp = inRoot('node_modules', '.muster-installed');
  if (read(stamp) === wanted || installedByHand(stamp)) return writeStamp(stamp, wanted);
  say('installing packages (npm ci) …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: withNodeHeaders(process.env),
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (status !== 0)
    fail(
      'npm ci failed, see above. When better-sqlite3 could not be built: install a C++ compiler, make and python3 ' +
        '(Debian: apt-get install -y g++ make python3), then start again.',
    );
  writeStamp(stamp, wanted);
}

/** Someone ran npm here and left no stamp; npm's own mark is then no older than the lock file. */
function installedByHand(stamp) {
  const mark = inRoot('node_modules', '.package-lock.json');
  return (
    !existsSync(stamp) &&
    existsSync(mark) &&
    statSync(mark).mtimeMs >= statSync(inRoot('package-lock.json')).mtimeMs
  );
}

/** Headers that lie beside node spare node-gyp a download. */
function withNodeHeaders(env) {
  const prefix = resolve(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include', 'node', 'node_version.h'))
    ? { npm_package_config_node_gyp_nodedir: prefix, ...env }
    : env;
}

function build() {
  const sources = ['src', 'schema', 'projections', 'scripts'].flatMap((name) =>
    typescriptFiles(inRoot(name)),
  );
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => inRoot(name));
  const wanted = digest(
    [...sources, ...settings].map((path) => `${path} ${statSync(path).mtimeMs} ${statSync(path).size}\n`),
  );
  const stamp = inRoot('dist', '.muster-built');
  if (read(stamp) === wanted) return;
  say('building …');
  if (
    runNode([tool('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json'], process.env, ['ignore', 2, 2]) !== 0
  )
    fail('the build failed, see above');
  writeStamp(stamp, wanted);
}

function typescriptFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(folder, name));
}

function tool(name, bin) {
  return inRoot('node_modules', name, bin);
}

function runNode(args, env = process.env, stdio = 'inherit') {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio, env });
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function writeStamp(path, text) {
  if (read(path) === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old, 20.19 or newer is needed`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
