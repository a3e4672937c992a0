import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { InferencerHeartbeat } from '@ratchet/contracts';

// Entry of a process that holds the API's own gateway and nothing else of the API. What it is told of the fleet comes
// from the orchestrator. The application is loaded as built: the bench may look at it, not depend on it.

const built = createRequire(__filename);
const room = path.resolve('dist/apps/api/src/gateway');
const load = (file: string) => built(path.join(room, file)) as Record<string, new (...parts: unknown[]) => unknown>;
interface Router {
  update(entries: readonly unknown[]): void;
}
interface Door {
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}
const silent = { debug() {}, warn() {}, error() {} };
const router = new (load('fleet.router.js').FleetRouter)('round-robin', 10_000) as Router;
const { TokenBuckets } = load('token.bucket.js');
const caller = Promise.resolve({ id: 'bench' });
const gateway = new (load('gateway.js').Gateway)(
  router,
  () => caller,
  new TokenBuckets(0),
  { replayBytes: 1 << 20, limitBytes: 32 << 20, bodyMs: Number(process.argv[2] ?? 10_000) },
  silent,
) as Door;

const server = createServer((request, response) => {
  if (!gateway.handle(request, response)) response.writeHead(404).end();
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('message', (beats: readonly InferencerHeartbeat[]) =>
  router.update(beats.map((beat) => ({ ...beat, lastHeartbeatAt: new Date() }))),
);
