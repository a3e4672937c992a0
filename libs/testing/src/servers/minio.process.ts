import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';

const root = path.resolve(
  __dirname,
  __dirname.includes(`${path.sep}dist${path.sep}`) ? '../../../../..' : '../../../..',
);
const script = path.join(root, 'scripts/minio.mjs');

/** Where the cached MinIO server is, or why there is none. */
export function cachedMinio(): { readonly binary: string | null; readonly missing: string } {
  const found = spawnSync(process.execPath, [script, '--cached'], { encoding: 'utf8' });
  return { binary: found.status === 0 ? found.stdout.trim() : null, missing: found.stderr.trim() };
}

/** How a store on 127.0.0.1 is reached; the secret follows from the port. */
export const minioSettings = (port: number) => ({
  endpoint: `http://127.0.0.1:${port}`,
  accessKey: 'ratchet-test',
  secretKey: createHash('sha256').update(String(port)).digest('hex'),
  bucket: 'contract',
  region: 'us-east-1',
});

export interface MinioProcess {
  readonly child: ChildProcess;
  readonly settings: ReturnType<typeof minioSettings>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  /** What it wrote. */
  readonly log: readonly string[];
}

/**
 * Spawns a MinIO server over `directory`. It is ready when its store can be checked: the readiness it tells of itself
 * comes too early.
 */
export function spawnMinio(binary: string, directory: string, port: number, consolePort: number): MinioProcess {
  const settings = minioSettings(port);
  const ports = ['--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`];
  const child = spawn(binary, ['server', '--quiet', ...ports, directory], {
    env: {
      ...process.env,
      MINIO_ROOT_USER: settings.accessKey,
      MINIO_ROOT_PASSWORD: settings.secretKey,
      MINIO_UPDATE: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  for (const output of [child.stdout, child.stderr]) output.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { child, settings, gone, log };
}
