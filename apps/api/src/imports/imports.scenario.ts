import { randomUUID } from 'node:crypto';
import { loadConfig } from '@ratchet/config';
import {
  datasetImport,
  RatchetClient,
  uploadForm,
  type DatasetImportView,
  type ImportOptions,
} from '@ratchet/contracts';
import { listenLive, type LiveListener } from '@ratchet/database';
import pino from 'pino';
import { startApi, type RunningApi } from '../application';
import { apiConfigGroups } from '../platform/platform.tokens';

const password = 'a password for specs';
const terminal = ['COMPLETED', 'FAILED', 'CANCELLED'];

/** Servers to run over, as the test stack gives them. */
interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly objectsDirectory: string;
}

/** The ground for specs about imports: the API over real servers, and who waits for an import to end. */
export class ImportsScenario {
  private readonly waiting = new Set<() => void>();

  private constructor(readonly environment: Readonly<Record<string, string>>) {}

  private listener: LiveListener | null = null;

  static async lay(servers: Servers, environment: Readonly<Record<string, string>> = {}): Promise<ImportsScenario> {
    const scenario = new ImportsScenario({
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redisUrl,
      RATCHET_DATA_DIR: servers.objectsDirectory,
      RATCHET_API_PORT: '0',
      RATCHET_WORKER_TOKEN: 'token-of-the-workers',
      RATCHET_ADMIN_PASSWORD: password,
      RATCHET_LOG_LEVEL: 'silent',
      ...environment,
    });
    const wake = () => scenario.waiting.forEach((look) => look());
    scenario.listener = await listenLive(servers.databaseUrl, { onEvent: wake, onGap: wake });
    return scenario;
  }

  /** The API, in this process. */
  startApi(): Promise<RunningApi> {
    return startApi(loadConfig(apiConfigGroups, this.environment), pino({ level: 'silent' }));
  }

  async clientOf(url: string): Promise<RatchetClient> {
    const response = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@ratchet.local', password }),
    });
    const [cookie] = (response.headers.get('set-cookie') ?? '').split(';');
    return new RatchetClient(url, { cookie, origin: url });
  }

  async stop(): Promise<void> {
    await this.listener?.close();
  }

  /** The import's last state, waited for by the database's notices. */
  ended(client: RatchetClient, id: string): Promise<DatasetImportView> {
    return this.until(client, id, (view) => terminal.includes(view.state));
  }

  until(client: RatchetClient, id: string, holds: (view: DatasetImportView) => boolean): Promise<DatasetImportView> {
    return new Promise((resolve, reject) => {
      const look = () =>
        client.get('imports', id).then((view) => {
          if (!holds(view)) return;
          this.waiting.delete(look);
          resolve(view);
        }, reject);
      this.waiting.add(look);
      look();
    });
  }
}

export const newDataset = (client: RatchetClient) => client.create('datasets', { name: `dataset ${randomUUID()}` });

export async function upload(
  client: RatchetClient,
  datasetId: string,
  archive: Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<DatasetImportView> {
  const body = uploadForm(options, new Blob([archive]));
  const response = await client.send('POST', `/api/datasets/${datasetId}/imports`, { body });
  return datasetImport.parse(await response.json());
}
