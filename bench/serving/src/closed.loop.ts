import { connect } from 'node:net';

/** One request, sent over and over. */
export interface RequestSpec {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
}

export interface LoadFigures {
  readonly requests: number;
  readonly failures: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

const percentile = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/**
 * `connections` clients, each asking again as soon as it has its answer, for `seconds`. Sockets are read by hand: a
 * full HTTP client would cost more than the server it measures. Answers must have a Content-Length or be chunked.
 */
export async function closedLoop(spec: RequestSpec, connections: number, seconds: number): Promise<LoadFigures> {
  const body = Buffer.from(spec.body, 'base64');
  const headers = { host: `127.0.0.1:${spec.port}`, ...spec.headers, 'content-length': String(body.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const message = Buffer.concat([Buffer.from(`POST ${spec.path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
  const latencies: number[] = [];
  let failures = 0;
  let stopped = false;

  const client = () =>
    new Promise<void>((resolve) => {
      const socket = connect(spec.port, '127.0.0.1').setNoDelay(true);
      let asked = 0;
      let answer = '';
      const ask = () => {
        if (stopped) return socket.destroy();
        asked = performance.now();
        return socket.write(message);
      };
      socket.on('connect', ask);
      socket.on('data', (chunk) => {
        answer = answer ? answer + chunk.toString('latin1') : chunk.toString('latin1');
        if (!isWhole(answer)) return;
        if (answer.startsWith('HTTP/1.1 200')) latencies.push(performance.now() - asked);
        else failures++;
        answer = '';
        ask();
      });
      socket.on('error', () => failures++);
      socket.on('close', () => resolve());
    });

  const began = performance.now();
  const clients = Array.from({ length: connections }, client);
  setTimeout(() => (stopped = true), seconds * 1e3);
  await Promise.all(clients);
  const elapsed = (performance.now() - began) / 1e3;
  const sorted = Float64Array.from(latencies).sort();
  return {
    requests: sorted.length,
    failures,
    perSecond: sorted.length / elapsed,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    worst: sorted.at(-1) ?? NaN,
  };
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer);
  if (length && length.index < head) return answer.length >= head + 4 + Number(length[1]);
  return answer.endsWith('0\r\n\r\n');
}
