import os from 'node:os';
import path from 'node:path';
import { childEnvironment, type Config, type ObjectStoreConfig } from '@ratchet/config';
import type { ProcessPlan } from './supervised.process';

/** Everything the processes are told; what the user has set besides reaches them unchanged. */
export interface FleetSettings {
  readonly directory: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly objectStore: ObjectStoreConfig;
  readonly workerToken: string;
  readonly adminPassword: string;
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly inferencers: number;
  /** Whether other machines may share the database, so that worker names must tell machines apart. */
  readonly shared: boolean;
}

/** The processes of a single machine: the API first, as it brings the schema up to date, then the workers. */
export function planFleet(settings: FleetSettings): { api: ProcessPlan; workers: ProcessPlan[] } {
  const { directory, objectStore, host, port } = settings;
  const common = {
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    RATCHET_DATA_DIR: objectStore.kind === 'directory' ? objectStore.directory : undefined,
    RATCHET_WORKER_TOKEN: settings.workerToken,
    // A wildcard is no address to call.
    RATCHET_API_URL: `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : bracketed(host)}:${port}`,
  };
  const plan = (application: string, name: string, environment: Record<string, string>): ProcessPlan => ({
    name,
    script: path.join(__dirname, '../../..', application, 'src/main.js'),
    environment: childEnvironment({ ...common, ...environment }),
    logFile: path.join(directory, 'logs', `${name}.log`),
  });
  const worker = (application: string, number: number) => {
    const name = `${application}-${number}`;
    return plan(application, name, {
      RATCHET_WORKER_NAME: settings.shared ? `${machine()}-${name}` : name,
      RATCHET_CACHE_DIR: path.join(directory, 'cache', name),
    });
  };
  return {
    api: plan('api', 'api', {
      RATCHET_API_HOST: host,
      RATCHET_API_PORT: String(port),
      RATCHET_API_GRPC_PORT: String(settings.grpcPort),
      RATCHET_ADMIN_PASSWORD: settings.adminPassword,
    }),
    workers: [
      worker('trainer', 1),
      // Each listens where there is room and tells the API where that is.
      ...Array.from({ length: settings.inferencers }, (_, i) => worker('inferencer', i + 1)),
    ],
  };
}

export type StackConfig = Config['stack'];

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);
const machine = () =>
  os
    .hostname()
    .replace(/[^\w.-]/g, '-')
    .slice(0, 40);
