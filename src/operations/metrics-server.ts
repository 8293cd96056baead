import { createServer } from 'node:http';
import type { Metrics } from './metrics.js';

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  /** Repeating it changes nothing. */
  close(): Promise<void>;
}

/** The port of the metrics is taken, or cannot be had. */
export class MetricsPortUnusable extends Error {
  override readonly name = 'MetricsPortUnusable';
}

/**
 * Serves the metrics at a port of their own, so that nobody who reaches the API sees them.
 * @throws MetricsPortUnusable
 */
export async function serveMetrics(
  metrics: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
  report: (error: unknown, doing: string) => void,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics')
      return void response.writeHead(404).end();
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (error: unknown) => {
        report(error, 'collecting metrics');
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new MetricsPortUnusable(
          `no metrics can be served (${cause.message}): choose another MUSTER_METRICS_PORT (0 = any free port) or MUSTER_METRICS_HOST`,
          { cause },
        ),
      ),
    );
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
