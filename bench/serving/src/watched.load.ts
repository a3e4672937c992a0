import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { WatchedOrder, WatchedRequests } from './watched.load.child';

const built = __dirname.includes(`${path.sep}dist${path.sep}`);
const home = built ? __dirname : path.resolve(__dirname, '../../../dist/bench/serving/src');

/** A built entry of this folder as a process of its own. */
export const forkEntry = (name: string, args: readonly string[] = []): ChildProcess =>
  fork(path.join(home, `${name}.js`), args, { serialization: 'advanced' });

/** The next message of a child. @throws Error when it ends first */
export const reply = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null) =>
      reject(new Error(`a child ended (${signal ?? code})`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });

export const percentile = (values: number[], share: number): number =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

export const latencies = ({ began, ended }: WatchedRequests): number[] => Array.from(began, (at, i) => ended[i] - at);
export const failuresOf = ({ classes }: WatchedRequests): number => classes.filter((found) => found < 0).length;

/** Requests without end from a process of its own, every one remembered. */
export class WatchedLoad {
  private readonly child = forkEntry('watched.load.child');

  constructor(order: WatchedOrder) {
    this.child.send(order);
  }

  /** Requests answered so far. */
  async count(): Promise<number> {
    const answer = reply<{ count: number }>(this.child);
    this.child.send('count');
    return (await answer).count;
  }

  /** Resolves once so many were answered. */
  async until(count: number): Promise<void> {
    while ((await this.count()) < count) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  async stop(): Promise<WatchedRequests> {
    const answer = reply<WatchedRequests>(this.child);
    this.child.send('stop');
    return answer.finally(() => this.child.kill());
  }

  /** Ends the process, whatever it was told. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
