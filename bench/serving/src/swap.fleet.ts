import { type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { InferencerHeartbeat } from '@ratchet/contracts';
import type { DesiredDeployment, ObjectStore } from '@ratchet/domain';
import { openObjectStore } from '@ratchet/object-store';
import { ControlPlane, InferencerProcess } from '@ratchet/testing';
import type { WatchedLoop } from './loop.watch.preload';
import { forkEntry, reply } from './watched.load';

const LOOP_WATCH = path.join(__dirname, 'loop.watch.preload.js');
const WATCHED = 'watched-loop';

/** Inferencers behind the API's own gateway, in processes of their own, ordered about from here. */
export class SwapFleet {
  readonly plane = new ControlPlane();
  readonly inferencers: InferencerProcess[] = [];
  readonly store: ObjectStore;
  /** Of the gateway. */
  port = 0;
  private readonly gateway: ChildProcess;

  private constructor(
    private readonly directory: string,
    bodyMs: number,
  ) {
    this.gateway = forkEntry('gateway.child', [String(bodyMs)]);
    this.store = openObjectStore({ kind: 'directory', directory: path.join(directory, 'store') });
  }

  /**
   * @param env of the inferencers
   * @param bodyMs how long the gateway waits for a request's body
   */
  static async start(size: number, env: Record<string, string> = {}, bodyMs = 10_000): Promise<SwapFleet> {
    const fleet = new SwapFleet(await mkdtemp(path.join(os.tmpdir(), 'bench-fleet-')), bodyMs);
    try {
      await fleet.launch(size, env);
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Orders the models and resolves when every inferencer serves the first one's generation. */
  async serve(order: DesiredDeployment, ...others: readonly DesiredDeployment[]): Promise<void> {
    const { task, generation } = order;
    const serves = (beat: InferencerHeartbeat) =>
      beat.models.some((m) => m.task === task && m.generation === generation && m.state === 'SERVING');
    this.plane.order(order, ...others);
    await this.plane.until((known) => known.filter(serves).length === this.inferencers.length, 300_000);
  }

  /** A metric without labels, of every inferencer. */
  scrape(name: string): Promise<number[]> {
    return Promise.all(
      this.inferencers.map(async ({ url }) => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(new RegExp(`^${name} ([\\d.e+-]+)$`, 'm').exec(text)![1]);
      }),
    );
  }

  /** What the I/O threads were kept busy by, at most, since `watchLoops`. */
  watchedLoops(): WatchedLoop[] {
    return readdirSync(this.directory)
      .filter((name) => name.startsWith(`${WATCHED}.`))
      .map((name) => JSON.parse(readFileSync(path.join(this.directory, name), 'utf8')) as WatchedLoop);
  }

  /** Begins to watch anew. */
  watchLoops(): void {
    for (const { child } of this.inferencers) child.kill('SIGUSR2');
  }

  async stop(): Promise<void> {
    this.gateway.kill();
    await Promise.all(this.inferencers.map((inferencer) => inferencer.end('SIGKILL')));
    await this.plane.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async launch(size: number, env: Record<string, string>): Promise<void> {
    this.port = (await reply<{ port: number }>(this.gateway)).port;
    await this.plane.start();
    this.plane.onHeartbeat = () => this.gateway.send([...this.plane.known.values()]);
    const start = (i: number) =>
      InferencerProcess.start({
        name: `swap-${i}`,
        apiUrl: this.plane.url,
        token: this.plane.token,
        dataDir: path.join(this.directory, 'store'),
        cacheDir: path.join(this.directory, 'cache'),
        env: {
          RATCHET_LOG_LEVEL: 'error',
          NODE_OPTIONS: `--require ${LOOP_WATCH}`,
          BENCH_LOOP_WATCH: path.join(this.directory, WATCHED),
          ...env,
        },
      });
    this.inferencers.push(...(await Promise.all(Array.from({ length: size }, (_, i) => start(i)))));
  }
}
