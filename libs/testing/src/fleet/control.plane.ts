import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inferencerHeartbeat, type InferencerHeartbeat } from '@ratchet/contracts';
import type { DesiredDeployment } from '@ratchet/domain';

/**
 * The API as inferencers see it: takes heartbeats, hands out the desired state, sends notices. For tests of the
 * inferencer alone; the real one stands behind it in the end-to-end tests.
 */
export class ControlPlane {
  readonly token = 'a-token-of-at-least-sixteen-characters';
  readonly heartbeats: { readonly at: number; readonly beat: InferencerHeartbeat }[] = [];
  /** The last heartbeat of each inferencer. */
  readonly known = new Map<string, InferencerHeartbeat>();
  /** Called after each heartbeat. */
  onHeartbeat: () => void = () => undefined;
  private desired: readonly DesiredDeployment[] = [];
  private readonly server: Server;
  private readonly listeners = new Set<ServerResponse>();
  private readonly waiting = new Set<() => void>();
  private port = 0;

  constructor() {
    this.server = createServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${this.token}`) return response.writeHead(401).end();
      if (request.url === '/internal/deployments/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        this.listeners.add(response);
        return response.on('close', () => this.listeners.delete(response));
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      return request.on('end', () => this.hear(Buffer.concat(chunks).toString(), response));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens on the port it had before, or on a free one. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', () => resolve()));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  /** The new desired state, told to everyone who listens. */
  order(...desired: readonly DesiredDeployment[]): void {
    this.desired = desired;
    for (const listener of this.listeners) listener.write('event: deployment\ndata: {}\n\n');
  }

  /** Resolves with the first state of affairs, now or after some heartbeat, that satisfies `condition`. */
  async until(condition: (known: readonly InferencerHeartbeat[]) => boolean, timeoutMs = 20_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition([...this.known.values()])) return;
        this.waiting.delete(check);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`not within ${timeoutMs} ms; last heard: ${JSON.stringify([...this.known.values()])}`));
      }, timeoutMs);
      this.waiting.add(check);
      check();
    });
  }

  private hear(body: string, response: ServerResponse): void {
    const parsed = inferencerHeartbeat.safeParse(JSON.parse(body));
    if (!parsed.success) {
      response.writeHead(400).end(parsed.error.message);
      return;
    }
    this.heartbeats.push({ at: performance.now(), beat: parsed.data });
    this.known.set(parsed.data.id, parsed.data);
    this.onHeartbeat();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.desired));
    for (const check of [...this.waiting]) check();
  }
}

/** Whether every one of `inferencers` inferencers serves `digest` for `task`. */
export const allServe =
  (task: string, digest: string, inferencers = 1) =>
  (known: readonly InferencerHeartbeat[]): boolean =>
    known.filter((beat) => beat.models.some((m) => m.task === task && m.digest === digest && m.state === 'SERVING'))
      .length >= inferencers;
