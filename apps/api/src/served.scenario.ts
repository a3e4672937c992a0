import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CandidateGate, type DataSource, newId, openDatabase, Trainer, TrialLeases } from '@ratchet/database';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import {
  apiAdmin,
  ApiProcess,
  apiWorkerToken,
  classNames,
  InferencerProcess,
  linearModel,
  publishModel,
  type TestModel,
} from '@ratchet/testing';
import { ApiScenario } from './api.scenario';

const input = { height: 28, width: 28, channels: 1 } as const;

/** The ground for specs of serving: real API, database and inferencers, and tasks whose champions no trainer had to train. */
export class ServedScenario {
  private constructor(
    readonly stack: TestStack,
    public api: ApiProcess,
    readonly database: DataSource,
    private readonly directory: string,
    private readonly env: Readonly<Record<string, string>>,
    readonly inferencers: InferencerProcess[] = [],
  ) {}

  /** @param env of the API */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ServedScenario> {
    const stack = await startTestStack();
    const api = await ApiProcess.start({ ...stack, env });
    const database = await openDatabase(stack.databaseUrl, { poolSize: 4 });
    return new ServedScenario(stack, api, database, await mkdtemp(path.join(tmpdir(), 'served-spec-')), env);
  }

  async stop(): Promise<void> {
    await Promise.all(this.inferencers.map((inferencer) => inferencer.end('SIGKILL')));
    await this.database.destroy();
    await this.api.end();
    await this.stack.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  async addInferencer(name: string, env: Readonly<Record<string, string>> = {}): Promise<InferencerProcess> {
    const inferencer = await InferencerProcess.start({
      name,
      apiUrl: this.api.url,
      token: apiWorkerToken,
      dataDir: this.stack.objectsDirectory,
      cacheDir: path.join(this.directory, 'cache'),
      env: { RATCHET_LOG_LEVEL: 'warn', ...env },
    });
    this.inferencers.push(inferencer);
    return inferencer;
  }

  /** Ends the API and starts another one on the same port. */
  async restartApi(): Promise<void> {
    const { port } = new URL(this.api.url);
    const { port: grpcPort } = new URL(this.api.grpcUrl);
    await this.api.end();
    const env = { ...this.env, RATCHET_API_PORT: port, RATCHET_API_GRPC_PORT: grpcPort };
    this.api = await ApiProcess.start({ ...this.stack, env });
  }

  /** An API key of the role. */
  async key(role: 'viewer' | 'admin'): Promise<string> {
    const admin = await this.api.asUser(apiAdmin.email, apiAdmin.password);
    const response = await admin.send('POST', '/api/api-keys', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: `${role}-${newId()}`, role }),
    });
    return ((await response.json()) as { key: string }).key;
  }

  /** A task of 28×28×1 images and that many classes, with a champion unless `promoted` is false. */
  async task({
    classes = 4,
    promoted = true,
    model = linearModel({ input, classes: classNames(classes), seed: 3 }),
  } = {}): Promise<{
    readonly name: string;
    readonly model: TestModel;
  }> {
    const scenario = new ApiScenario(this.database, this.api.client);
    const version = await scenario.datasetVersion({ classes: [...model.classes] });
    const task = await scenario.task(version.id);
    if (promoted) await this.promote(scenario, task.id, version.id, model);
    return { name: task.name, model };
  }

  /** As a trainer would bring it about. */
  private async promote(scenario: ApiScenario, taskId: string, versionId: string, model: TestModel): Promise<void> {
    const [network, set] = [await scenario.network({}, model.classes.length), await scenario.hyperparameters()];
    const launched = await this.api.client.create('experiments', {
      name: 'one',
      taskId,
      datasetVersionIds: [versionId],
      networkVersionIds: [network.latestVersionId],
      hyperparameterSetIds: [set.id],
    });
    const { rows } = await this.api.client.list('trials', { filter: { experimentId: launched.id } });
    const trainerId = newId();
    const now = new Date();
    const trainer = { id: trainerId, host: 'here', device: 'cpu', slots: 1, startedAt: now, lastHeartbeatAt: now };
    await this.database.manager.insert(Trainer, trainer);
    const order = await new TrialLeases(this.database).take(rows[0].id, { trainerId, name: 'spec' });
    const labels: { class: number }[] = await this.database.query(
      `SELECT class FROM dataset_items WHERE dataset_version_id = $1 AND split = 'gate' ORDER BY sha256 COLLATE "C"`,
      [versionId],
    );
    const store = openObjectStore({ kind: 'directory', directory: this.stack.objectsDirectory });
    await new CandidateGate(this.database).decide(
      order!.lease,
      {
        sha256: await publishModel(store, model),
        bytes: model.onnx.byteLength,
        input: model.input,
        classes: [...model.classes],
        parameters: 10,
        flops: 20,
        opset: 17,
        maxAbsDifference: 1e-7,
        epoch: 1,
        validationAccuracy: 0.9,
        latencyMs: 0.5,
        predictions: Uint8Array.from(labels, (row) => row.class),
      },
      'spec',
    );
  }
}
