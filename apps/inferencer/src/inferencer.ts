import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import onnxruntime from 'onnxruntime-node/package.json';
import type { Logger } from 'pino';
import { Agent } from 'undici';
import type { Config } from '@ratchet/config';
import type { InferencerHeartbeat } from '@ratchet/contracts';
import type { ObjectStore } from '@ratchet/domain';
import { RpcServer } from '@ratchet/grpc';
import type { Tracer } from '@ratchet/telemetry';
import { Challengers } from './challenge/challengers';
import { DeploymentEvents } from './fleet/deployment.events';
import { DesiredStateFile } from './fleet/desired.state.file';
import { Heartbeat } from './fleet/heartbeat';
import { RpcInfer } from './grpc/rpc.infer';
import { RpcService } from './grpc/rpc.service';
import { BodyBudget } from './http/body.reader';
import { ClassifyHandler } from './http/classify.handler';
import { HttpServer } from './http/http.server';
import { InferHandler } from './http/infer.handler';
import { PredictionService } from './http/prediction.service';
import { computeSettings } from './inferencer.settings';
import { exposeChallenges } from './metrics/challenge.metrics';
import { ServingMetrics } from './metrics/serving.metrics';
import { modelIndex } from './repository/model.index';
import { Scheduler } from './serving/scheduler';
import { ServedTasks } from './serving/served.tasks';
import { ThreadPool } from './serving/thread.pool';
import { ArtifactCache } from './swap/artifact.cache';
import { Deployments } from './swap/deployments';
import { ModelLoader } from './swap/model.loader';

/** Bodies of all requests in hand, together. */
const BODY_BUDGET_BYTES = 512 * 2 ** 20;
/** After the API knows that we stop, requests it sent before may still be on their way. */
const FAREWELL_MS = 300;

/** One inferencer, put together from its parts. */
export class Inferencer {
  private readonly startedAt = new Date().toISOString();
  private readonly tasks = new ServedTasks();
  private readonly challengers = new Challengers();
  private readonly pool: ThreadPool;
  private readonly deployments: Deployments;
  private readonly cache: ArtifactCache;
  private readonly http: HttpServer;
  private readonly rpc: RpcServer;
  private readonly api = new Agent({ connections: 4, connect: { timeout: 2_000 } });
  private readonly heartbeat: Heartbeat;
  private readonly events: DeploymentEvents;
  private readonly settings;
  private draining = false;
  private url = '';
  private grpcUrl = '';

  constructor(
    private readonly config: Pick<Config, 'inferencer' | 'gateway'>,
    store: ObjectStore,
    private readonly log: Logger,
    tracer: Tracer | null = null,
  ) {
    const { inferencer, gateway } = config;
    const directory = path.join(inferencer.cacheDirectory, inferencer.name);
    this.settings = computeSettings(inferencer);
    this.pool = new ThreadPool(this.settings, log);
    const { batch, queue, batchDelayMs: delayMs, requestImages, drainMs } = inferencer;
    const scheduler = new Scheduler(this.pool, { batch, queue: Math.max(queue, requestImages), delayMs }, log);
    const metrics = new ServingMetrics(this.tasks, scheduler, this.pool);
    exposeChallenges(metrics.registry, this.challengers);
    this.cache = new ArtifactCache(directory);
    const loader = new ModelLoader(this.cache, this.pool, {
      threads: this.settings.threadsPerRun,
      jitterMs: inferencer.loadJitterMs,
    });
    const onChange = () => void this.changed();
    this.deployments = new Deployments(
      { scheduler, pool: this.pool, loader, metrics, log, drainMs, onChange },
      this.tasks,
      this.challengers,
      this.cache,
      new DesiredStateFile(directory),
    );
    const predictions = new PredictionService(this.tasks, scheduler, metrics, this.challengers);
    const limits = {
      bodyBytes: gateway.predictLimitBytes,
      images: requestImages,
      decoding: Math.max(queue, requestImages),
    };
    const serving = {
      tasks: this.tasks,
      metrics,
      ready: () => this.ready(),
      index: (which: { readonly ready: boolean }) => modelIndex(this.deployments.report(), which),
      requestTimeoutMs: gateway.predictTimeoutMs,
      budget: new BodyBudget(BODY_BUDGET_BYTES),
      log,
      tracer,
    };
    this.http = new HttpServer({
      ...serving,
      infer: new InferHandler(predictions, this.pool, limits),
      classify: new ClassifyHandler(predictions, this.pool, store, limits),
    });
    const calls = new RpcService({ ...serving, infer: new RpcInfer(predictions, this.pool, limits) });
    this.rpc = new RpcServer((call) => calls.handle(call), { limitBytes: limits.bodyBytes });
    const api = { dispatcher: this.api, origin: inferencer.apiUrl, token: inferencer.workerToken };
    this.heartbeat = new Heartbeat(
      api,
      () => this.describe(),
      (desired) => this.deployments.reconcile(desired),
      log,
    );
    this.events = new DeploymentEvents(api, () => void this.heartbeat.beat(), log);
  }

  /** Listens and takes up the last known state; does not wait for the API. Returns the addresses. */
  async start(): Promise<{ readonly url: string; readonly grpcUrl: string }> {
    const { host, port, advertisedUrl, grpcPort, advertisedGrpcUrl } = this.config.inferencer;
    const at = (bound: number) => `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    await this.cache.open();
    const bound = await this.http.listen(host, port);
    this.url = advertisedUrl ?? at(bound);
    const mend = 'set RATCHET_INFERENCER_GRPC_PORT to a free one';
    this.grpcUrl = advertisedGrpcUrl ?? at(await this.rpc.listen(host, grpcPort, mend));
    await this.deployments.resume();
    this.heartbeat.start();
    this.events.start();
    return { url: this.url, grpcUrl: this.grpcUrl };
  }

  /** Whether predictions can be made: threads alive, something served, not stopping. */
  ready(): boolean {
    return !this.draining && this.tasks.all().length > 0 && this.pool.healthy();
  }

  /** Says good-bye to the API, answers what was asked, and ends the threads. */
  async stop(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    this.events.stop();
    this.deployments.stop();
    await this.heartbeat.beat();
    this.heartbeat.stop();
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    const { drainMs } = this.config.inferencer;
    await Promise.all([this.http.close(drainMs), this.rpc.close(drainMs)]);
    await this.pool.end();
    await this.api.destroy();
  }

  private async changed(): Promise<void> {
    if (this.draining) return;
    await this.heartbeat.beat();
    await this.deployments
      .tidy(this.config.inferencer.cacheBytes)
      .catch((error: Error) => this.log.warn({ cause: error.message }, 'the cache was not tidied'));
  }

  private describe(): InferencerHeartbeat {
    return {
      id: idOf(this.config.inferencer.name),
      url: this.url,
      grpcUrl: this.grpcUrl,
      host: hostname(),
      startedAt: this.startedAt,
      draining: this.draining,
      models: this.deployments.report(),
      challenges: this.challengers.report(),
      versions: { node: process.versions.node, onnxruntime: onnxruntime.version },
    };
  }
}

/** The same name is the same inferencer: a UUID (version 8) from the name's hash. */
function idOf(name: string): string {
  const hex = createHash('sha256').update(`inferencer/${name}`).digest('hex');
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
