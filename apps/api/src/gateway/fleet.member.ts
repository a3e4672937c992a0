import { RpcChannel } from '@ratchet/grpc';
import { Pool } from 'undici';
import type { DirectoryEntry } from '../fleet/fleet.directory';

const CONNECTIONS = 256;
const PROBE_EVERY_MS = 500;
const PROBE_TIMEOUT_MS = 1_000;
/** Silence this long gives up what is in flight there, so that it can be asked elsewhere in time. */
const PROBES_TO_BE_FROZEN = 2;

/** One inferencer as the gateway uses it: its connections, whether it answers, what it has in hand. */
export class FleetMember {
  readonly pool: Pool;
  /** Null for an inferencer that does not say where its gRPC is. */
  readonly rpc: RpcChannel | null;
  /** Requests in flight. */
  outstanding = 0;
  private answers = true;
  private silentProbes = 0;
  private readonly inFlight = new Set<(reason: Error) => void>();
  private readonly prober: Pool;
  private readonly timer: NodeJS.Timeout;
  private serves = new Set<string>();
  private draining = false;
  private probing = false;

  constructor(
    readonly id: string,
    readonly url: string,
    grpcUrl: string | null,
    timeoutMs: number,
  ) {
    this.rpc = grpcUrl === null ? null : new RpcChannel(grpcUrl);
    // The inferencer keeps idle connections for longer than this: nothing is sent into one that is being closed.
    const keep = { keepAliveTimeout: 30_000, keepAliveMaxTimeout: 60_000, connect: { timeout: 1_000 } };
    this.pool = new Pool(url, { connections: CONNECTIONS, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, ...keep });
    this.prober = new Pool(url, {
      connections: 1,
      headersTimeout: PROBE_TIMEOUT_MS,
      bodyTimeout: PROBE_TIMEOUT_MS,
      ...keep,
    });
    this.timer = setInterval(() => void this.probe(), PROBE_EVERY_MS);
    this.timer.unref();
  }

  /** Whether it answered when it was last asked. */
  get up(): boolean {
    return this.answers;
  }

  describe({ models, draining }: DirectoryEntry): void {
    this.serves = new Set(
      models.filter((model) => model.state === 'SERVING' && !model.challenge).map((model) => model.task),
    );
    this.draining = draining;
  }

  /** Whether requests for the task may be sent here. */
  takes(task: string): boolean {
    return !this.draining && this.serves.has(task);
  }

  get tasks(): ReadonlySet<string> {
    return this.serves;
  }

  /** A connection failed: nobody is sent here until a probe succeeds. */
  failed(): void {
    this.answers = false;
  }

  /** Notes a request; `abort` is called when the inferencer turns out to be frozen. Returns how to note its end. */
  enter(abort: (reason: Error) => void): () => void {
    this.outstanding++;
    this.inFlight.add(abort);
    return () => {
      if (this.inFlight.delete(abort)) this.outstanding--;
    };
  }

  /** Ends when what is in flight has ended. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.rpc?.close();
    await Promise.all([this.pool.close(), this.prober.destroy()]);
  }

  async destroy(): Promise<void> {
    clearInterval(this.timer);
    this.rpc?.close();
    await Promise.all([this.pool.destroy(), this.prober.destroy()]);
  }

  private async probe(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    try {
      const { body } = await this.prober.request({ method: 'GET', path: '/v2/health/live' });
      await body.dump();
      this.answers = true;
      this.silentProbes = 0;
    } catch {
      this.answers = false;
      this.silentProbes++;
      if (this.silentProbes >= PROBES_TO_BE_FROZEN) this.giveUp();
    } finally {
      this.probing = false;
    }
  }

  private giveUp(): void {
    for (const abort of [...this.inFlight]) abort(new Error(`${this.url} does not answer`));
  }
}
