import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface WatchedOrder {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  /** Between an answer and the next request of a connection; none when left out. */
  readonly pauseMs?: number;
}
/** Parallel lists, one entry a request. Times are milliseconds since the epoch; class −1 is a failure. */
export interface WatchedRequests {
  readonly began: Float64Array;
  readonly ended: Float64Array;
  readonly classes: Int16Array;
  readonly errors: readonly string[];
}

// Entry of a load generator that remembers every request: what it was answered, and between which moments.

const now = () => performance.timeOrigin + performance.now();

function run({ port, path, body, connections, pauseMs }: WatchedOrder): void {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const bytes = Buffer.from(body, 'base64');
  const headers = { 'content-type': 'application/vnd.ratchet.pixels', 'content-length': bytes.length };
  const [began, ended, classes]: number[][] = [[], [], []];
  const errors: string[] = [];
  let stopped = false;

  const ask = () =>
    new Promise<void>((resolve) => {
      const from = now();
      const finish = (found: number, error?: string) => {
        began.push(from);
        ended.push(now());
        classes.push(found);
        if (error && errors.length < 20) errors.push(error);
        resolve();
      };
      const call = request({ port, host: '127.0.0.1', path, method: 'POST', headers, agent }, (response) => {
        let text = '';
        response.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const found = /"predictions":\[\{"class":"class-(\d+)"/.exec(text);
          if (response.statusCode === 200 && found) finish(Number(found[1]));
          else finish(-1, `${response.statusCode} ${text.slice(0, 200)}`);
        });
        response.on('error', (error) => finish(-1, error.message));
      });
      call.on('error', (error) => finish(-1, error.message));
      call.end(bytes);
    });

  const clients = Array.from({ length: connections }, async () => {
    while (!stopped) {
      await ask();
      if (pauseMs) await delay(pauseMs);
    }
  });
  process.on('message', (message) => {
    if (message === 'count') process.send!({ count: classes.length });
    if (message !== 'stop') return;
    stopped = true;
    void Promise.all(clients).then(() =>
      process.send!({
        began: Float64Array.from(began),
        ended: Float64Array.from(ended),
        classes: Int16Array.from(classes),
        errors,
      } satisfies WatchedRequests),
    );
  });
}
process.once('message', (order: WatchedOrder) => run(order));
