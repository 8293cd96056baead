import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts a worker thread from a module of this program, given without its ending: compiled, the .js file; from source
 * the .ts file, for which the thread needs the loader that runs this one and does not inherit it.
 */
export function startModuleWorker(
  moduleUrl: string,
  options: { readonly workerData: unknown; readonly resourceLimits?: ResourceLimits },
): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${moduleUrl}.js`), options);
  // Tests start hundreds of threads, and loading the sources takes most of the time of each.
  if (process.env.MUSTER_TEST_COMPILED === '1') return new Worker(compiledUrl(moduleUrl), options);
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const source = `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(`${moduleUrl}.ts`)}); })`;
  return new Worker(source, { ...options, eval: true });
}

function compiledUrl(moduleUrl: string): URL {
  const root = new URL('..', import.meta.url).href;
  return new URL(`${root}dist/${moduleUrl.slice(root.length)}.js`);
}
