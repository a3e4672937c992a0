import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DataSource, newId, openDatabase } from '@ratchet/database';
import { startTestStack, type TestStack } from '@ratchet/local-stack';
import { openObjectStore } from '@ratchet/object-store';
import {
  apiAdmin,
  ApiProcess,
  apiWorkerToken,
  classNames,
  InferencerProcess,
  linearModel,
  manifestOf,
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
    if (promoted) {
      const [network, set] = [await scenario.network({}, model.classes.length), await scenario.hyperparameters()];
      const decide = await scenario.training({
        name: 'one',
        taskId: task.id,
        datasetVersionIds: [version.id],
        networkVersionIds: [network.latestVersionId],
        hyperparameterSetIds: [set.id],
      });
      await publishModel(openObjectStore({ kind: 'directory', directory: this.stack.objectsDirectory }), model);
      await decide(manifestOf(model));
    }
    return { name: task.name, model };
  }
}
