import { receiveArgument } from './child.js';
import { openConnections, runLoad } from './http-load.js';
import type { MeasuredServer } from './measured-server.js';
import { expectApplied, switchingRequests } from './switching.js';

/** Writers in a process of their own, so that whoever measures reads is not held up by them. */
export interface WritersOptions {
  readonly server: MeasuredServer;
  readonly connections: number;
}

const { server, connections: count } = await receiveArgument<WritersOptions>();
const connections = await openConnections(server.endpoint, count);
const requests = switchingRequests(server, count);
let written = 0;
let stop = false;
const writing = (async () => {
  while (!stop) {
    const { latenciesMs } = await runLoad(connections, {
      forMs: 200,
      next: requests.mutation,
      check: expectApplied,
    });
    written += latenciesMs.length;
  }
})();
process.send?.('ready');
process.once('SIGTERM', () => {
  stop = true;
  void writing.then(() => process.exit(written > 0 ? 0 : 1));
});
