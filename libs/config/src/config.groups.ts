import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { EnvironmentReader } from './environment.reader';
import { bytes, directory, flag, httpUrl, port, secret, share, url, wholeNumber } from './variable.schemas';

const GiB = 2 ** 30;
const MiB = 2 ** 20;
const NUMBER = 'Set a number within the limits or leave it unset.';
const SIZE = 'Set a size such as 512M or 2G or leave it unset.';

export type ObjectStoreConfig =
  | { readonly kind: 'directory'; readonly directory: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly accessKey: string;
      readonly secretKey: string;
      readonly bucket: string;
      readonly region: string;
    };

const databaseUrl = url('postgres', 'postgresql');
const redisUrl = url('redis', 'rediss');
const DATABASE_MEND = 'Set it to postgresql://user:password@host:5432/name.';
const REDIS_MEND = 'Set it to redis://:password@host:6379.';

function objectStore(env: EnvironmentReader): ObjectStoreConfig {
  if (!env.has('S3_ENDPOINT'))
    return {
      kind: 'directory',
      directory: env.required('RATCHET_DATA_DIR', directory, {
        mend: 'Set it to a directory for objects, or set S3_ENDPOINT to use an S3 store.',
      }),
    };
  return {
    kind: 's3',
    endpoint: env.required('S3_ENDPOINT', httpUrl, { mend: 'Set it to http(s)://host:port of the S3 store.' }),
    accessKey: env.required('S3_ACCESS_KEY', z.string(), { mend: 'Set it to the access key of the S3 store.' }),
    secretKey: env.required('S3_SECRET_KEY', z.string(), {
      mend: 'Set it to the secret key of the S3 store.',
      secret: true,
    }),
    bucket: env.optional(
      'S3_BUCKET',
      z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not a bucket name'),
      'ratchet',
      {
        mend: 'Set 3 to 63 lower-case letters, digits, dots and hyphens.',
      },
    ),
    region: env.optional('S3_REGION', z.string(), 'us-east-1', { mend: 'Set the region of the S3 store.' }),
  };
}

/** What every worker process needs to find the API and be believed by it. */
function worker(env: EnvironmentReader) {
  return {
    apiUrl: env.required('RATCHET_API_URL', httpUrl, {
      mend: 'Set it to the base address of the API, http://host:port.',
    }),
    workerToken: workerToken(env),
    /** Stable across restarts, so that a restarted worker is recognised. */
    name: env.optional(
      'RATCHET_WORKER_NAME',
      z.string().regex(/^[\w.-]{1,64}$/, 'not a name'),
      `${os.hostname()}-${process.pid}`,
      {
        mend: 'Set 1 to 64 letters, digits, dots, hyphens and underscores.',
      },
    ),
    device: env.optional(
      'RATCHET_DEVICE',
      z
        .string()
        .regex(
          /^(auto|(cpu|cpu-portable|webgpu|cuda|tensorflow)(,(cpu|cpu-portable|webgpu|cuda|tensorflow))*)$/,
          'not a device',
        ),
      'auto',
      {
        mend: 'Set auto, or one or more of cpu, webgpu, cuda and tensorflow with commas between them.',
      },
    ),
    /** Native compute threads; 0 leaves the choice to the process. */
    threads: env.optional('RATCHET_THREADS', wholeNumber(0, 1024), 0, { mend: NUMBER }),
    cacheDirectory: env.optional('RATCHET_CACHE_DIR', directory, path.join(os.tmpdir(), 'ratchet-cache'), {
      mend: 'Set it to a directory.',
    }),
    cacheBytes: env.optional('RATCHET_CACHE_BYTES', bytes, 4 * GiB, { mend: SIZE }),
  };
}

const workerToken = (env: EnvironmentReader) =>
  env.required('RATCHET_WORKER_TOKEN', secret, {
    mend: 'Set the same generated secret for the API, trainers and inferencers, such as the output of `openssl rand -hex 32`.',
    secret: true,
  });

const apiAddress = (env: EnvironmentReader) => ({
  host: env.optional('RATCHET_API_HOST', z.string(), '127.0.0.1', {
    mend: 'Set an address to listen on, such as 0.0.0.0.',
  }),
  port: env.optional('RATCHET_API_PORT', port, 7070, { mend: NUMBER }),
  /** Of the gateway's gRPC. When unset the one after the API's, and a free one where the API takes a free one. */
  grpcPort: env.optional('RATCHET_API_GRPC_PORT', port, null, { mend: NUMBER }),
});

const firstAdministrator = (env: EnvironmentReader) => ({
  adminEmail: env.optional('RATCHET_ADMIN_EMAIL', z.email('not an e-mail address'), 'admin@ratchet.local', {
    mend: 'Set the e-mail address of the first administrator.',
  }),
  /** Generated and printed once when unset. */
  adminPassword: env.optional('RATCHET_ADMIN_PASSWORD', z.string().min(10, 'expected at least 10 characters'), null, {
    mend: 'Set a longer password or leave it unset to have one generated.',
    secret: true,
  }),
});

/** One entry a consumer. A field is added here and nowhere else; a process loads only the groups it needs. */
export const configGroups = {
  database: (env: EnvironmentReader) => ({
    url: env.required('DATABASE_URL', databaseUrl, { mend: DATABASE_MEND, secret: true }),
    poolSize: env.optional('RATCHET_DATABASE_POOL', wholeNumber(1, 200), 10, { mend: NUMBER }),
  }),
  redis: (env: EnvironmentReader) => ({
    url: env.required('REDIS_URL', redisUrl, { mend: REDIS_MEND, secret: true }),
  }),
  objectStore,
  api: (env: EnvironmentReader) => ({
    ...apiAddress(env),
    workerToken: workerToken(env),
    uploadLimitBytes: env.optional('RATCHET_UPLOAD_LIMIT', bytes, 2 * GiB, { mend: SIZE }),
    sessionHours: env.optional('RATCHET_SESSION_HOURS', wholeNumber(1, 24 * 365), 12, { mend: NUMBER }),
    /** Cookies only over HTTPS: for installations behind a TLS proxy. */
    secureCookies: env.optional('RATCHET_SECURE_COOKIES', flag, false, { mend: 'Set true or false.' }),
    ...firstAdministrator(env),
  }),
  trainer: (env: EnvironmentReader) => ({
    ...worker(env),
    /** Trials at once; 0 leaves the choice to the process. */
    slots: env.optional('RATCHET_TRAINER_SLOTS', wholeNumber(0, 256), 0, { mend: NUMBER }),
    /** What the trials may take together; when unset, as much as the machine has to give. */
    memoryBytes: env.optional('RATCHET_MEMORY', bytes, null, { mend: SIZE }),
  }),
  inferencer: (env: EnvironmentReader) => ({
    ...worker(env),
    host: env.optional('RATCHET_INFERENCER_HOST', z.string(), '127.0.0.1', { mend: 'Set an address to listen on.' }),
    port: env.optional('RATCHET_INFERENCER_PORT', port, 0, { mend: NUMBER }),
    grpcPort: env.optional('RATCHET_INFERENCER_GRPC_PORT', port, 0, { mend: NUMBER }),
    /** Where the API reaches this inferencer, when that is not where it listens. */
    advertisedUrl: env.optional('RATCHET_INFERENCER_URL', httpUrl, null, {
      mend: 'Set the address at which the API reaches this inferencer, http://host:port.',
    }),
    advertisedGrpcUrl: env.optional('RATCHET_INFERENCER_GRPC_URL', httpUrl, null, {
      mend: "Set the address at which the API reaches this inferencer's gRPC, http://host:port.",
    }),
    /** Threads that run models, each with a copy of every model; 0 leaves the choice to the process. */
    runners: env.optional('RATCHET_INFERENCER_RUNNERS', wholeNumber(0, 64), 0, { mend: NUMBER }),
    /** Images in one batch at most. */
    batch: env.optional('RATCHET_BATCH', wholeNumber(1, 1024), 32, { mend: NUMBER }),
    /** How long an incomplete batch may wait for company. */
    batchDelayMs: env.optional('RATCHET_BATCH_DELAY_MS', wholeNumber(0, 1000), 0, { mend: NUMBER }),
    /** Images that may wait for one model. */
    queue: env.optional('RATCHET_QUEUE', wholeNumber(1, 100_000), 1024, { mend: NUMBER }),
    /** Images in one request at most. */
    requestImages: env.optional('RATCHET_REQUEST_IMAGES', wholeNumber(1, 1024), 256, { mend: NUMBER }),
    /** How long requests of a replaced model, or of a stopping process, may still take. */
    drainMs: env.optional('RATCHET_DRAIN_MS', wholeNumber(0, 600_000), 30_000, { mend: NUMBER }),
    /** Loads start after a random part of this, so that a large fleet does not fall upon the store at once. */
    loadJitterMs: env.optional('RATCHET_LOAD_JITTER_MS', wholeNumber(0, 600_000), 0, { mend: NUMBER }),
  }),
  gateway: (env: EnvironmentReader) => ({
    predictTimeoutMs: env.optional('RATCHET_PREDICT_TIMEOUT_MS', wholeNumber(10, 600_000), 10_000, { mend: NUMBER }),
    predictLimitBytes: env.optional('RATCHET_PREDICT_LIMIT', bytes, 32 * MiB, { mend: SIZE }),
    /** How the next inferencer is chosen. */
    balance: env.optional(
      'RATCHET_BALANCE',
      z.enum(['round-robin', 'least-outstanding'], 'not a way to balance'),
      'round-robin',
      {
        mend: 'Set round-robin or least-outstanding.',
      },
    ),
    /** Bodies up to this are kept until the answer is there, so that another inferencer can be asked. */
    replayBytes: env.optional('RATCHET_REPLAY_BYTES', bytes, MiB, { mend: SIZE }),
    /** Predictions a second for one user or API key, bursts of as many; 0 sets no limit. */
    predictionsPerSecond: env.optional('RATCHET_PREDICTIONS_PER_SECOND', wholeNumber(0, 1_000_000), 0, {
      mend: NUMBER,
    }),
  }),
  logging: (env: EnvironmentReader) => ({
    level: env.optional(
      'RATCHET_LOG_LEVEL',
      z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'not a level'),
      'info',
      {
        mend: 'Set trace, debug, info, warn, error or silent.',
      },
    ),
  }),
  /** Under OpenTelemetry's own names. */
  telemetry: (env: EnvironmentReader) => ({
    /** Where traces go; without it there are none. */
    endpoint: env.optional('OTEL_EXPORTER_OTLP_ENDPOINT', httpUrl, null, {
      mend: 'Set the base address of a collector that takes OTLP over HTTP, such as http://host:4318, or leave it unset.',
    }),
    /** Of the traces that begin here. */
    share: env.optional('OTEL_TRACES_SAMPLER_ARG', share, 1, { mend: NUMBER }),
  }),
  /** What the single-machine install is told from outside; the rest it starts and generates itself. */
  stack: (env: EnvironmentReader) => ({
    databaseUrl: env.optional('DATABASE_URL', databaseUrl, null, { mend: DATABASE_MEND, secret: true }),
    redisUrl: env.optional('REDIS_URL', redisUrl, null, { mend: REDIS_MEND, secret: true }),
    objectStore: env.has('S3_ENDPOINT') || env.has('RATCHET_DATA_DIR') ? objectStore(env) : null,
    workerToken: env.has('RATCHET_WORKER_TOKEN') ? workerToken(env) : null,
    ...apiAddress(env),
    ...firstAdministrator(env),
    directory: env.optional('RATCHET_VAR_DIR', directory, path.resolve('var'), { mend: 'Set it to a directory.' }),
  }),
  /** The command line, as a client of a running API. */
  client: (env: EnvironmentReader) => ({
    apiUrl: env.optional('RATCHET_API_URL', httpUrl, null, { mend: 'Set the base address of the API.' }),
    apiKey: env.optional('RATCHET_API_KEY', z.string(), null, {
      mend: 'Set an API key made in the console.',
      secret: true,
    }),
  }),
} as const;

export type ConfigGroup = keyof typeof configGroups;
export type Config = { readonly [G in ConfigGroup]: Readonly<ReturnType<(typeof configGroups)[G]>> };
