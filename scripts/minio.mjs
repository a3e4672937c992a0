// A real MinIO server for the object-store tests, built from its module (the project ships no binaries) into a cache
// outside the checkout. Prints the path of the binary; exits 1 saying why when it cannot be had.
//   node scripts/minio.mjs            build it if it is missing
//   node scripts/minio.mjs --cached   only tell whether it is there
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const version = 'v0.0.0-20260212201848-7aac2a2c5b7c'; // RELEASE 2026-02-12, the last of the open edition
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'ratchet', 'bin');
const binary = path.join(cache, 'minio');

const refuse = (why) => {
  console.error(`MinIO cannot be had: ${why}`);
  process.exit(1);
};

if (!existsSync(binary)) {
  if (process.argv.includes('--cached')) refuse('it is not built; run `node scripts/minio.mjs` where Go is installed.');
  if (spawnSync('go', ['version']).status !== 0)
    refuse('Go is not installed (https://go.dev/doc/install), so it cannot be built.');
  console.error('Building MinIO from its module; the first time takes some minutes ...');
  mkdirSync(cache, { recursive: true });
  const built = spawnSync('go', ['install', `github.com/minio/minio@${version}`], {
    env: { ...process.env, GOBIN: cache },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 20 * 60 * 1000,
  });
  if (built.status !== 0)
    refuse(`the build failed: ${(built.stderr || String(built.error)).trim().split('\n').slice(-3).join(' ')}`);
}
console.log(binary);
