// `npm test`: gets what is missing, runs every project's tests, the end-to-end ones last, and ends with the line
// `N passed, N failed`. Results of projects whose inputs did not change come from the cache and count as well.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  checkNode,
  ensureBuild,
  ensureChromium,
  ensureDependencies,
  ensureRedis,
  nxBinary,
  nxEnvironment,
  root,
  succeeds,
} from './bootstrap.mjs';
import { runLong } from './progress.mjs';

checkNode();
await ensureDependencies();
await ensureRedis();
await ensureChromium();
await ensureBuild();
await ensureMinio();

const results = path.join(root, 'dist', 'test-results');
rmSync(results, { recursive: true, force: true });
// Each jest uses two workers.
const parallel = Math.max(1, Math.floor(os.availableParallelism() / 2));
// `npm test -- -p queue,config` runs those projects alone.
const extra = process.argv.slice(2);
const run = (...args) =>
  spawnSync(process.execPath, [nxBinary(), ...args, '--output-style=stream'], {
    cwd: root,
    env: { ...nxEnvironment(), TZ: 'UTC', FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    stdio: 'inherit',
  }).status === 0;

const greens = [run('run-many', '-t', 'test', '--exclude=e2e', `--parallel=${parallel}`, ...extra)];
if (extra.length === 0) greens.push(run('run', 'e2e:test'));

const sums = { passed: 0, failed: 0, skipped: 0 };
const names = existsSync(results)
  ? readdirSync(results)
      .filter((name) => name.endsWith('.json'))
      .sort()
  : [];
console.log('');
const failures = [];
for (const name of names) {
  const counts = JSON.parse(readFileSync(path.join(results, name), 'utf8'));
  for (const kind of Object.keys(sums)) sums[kind] += counts[kind];
  failures.push(...counts.failures);
  console.log(
    `  ${name.slice(0, -5).padEnd(16)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${String(counts.skipped).padStart(4)} skipped`,
  );
}
// A project that broke before its tests could be counted is a failure too.
if (greens.includes(false) && sums.failed === 0) sums.failed = 1;
if (sums.passed === 0 && sums.failed === 0) sums.failed = 1;
// Again at the end: the first telling is a thousand lines up.
for (const failure of failures) console.log(`\n${failure}`);
if (sums.skipped > 0) console.log(`\n${sums.skipped} skipped; each says above what it lacks.`);
console.log(`\n${sums.passed} passed, ${sums.failed} failed`);
process.exit(sums.failed === 0 ? 0 : 1);

/** The object store is proven on a real MinIO where it can be built; where not, its suite says that it skips. */
async function ensureMinio() {
  const script = path.join(root, 'scripts/minio.mjs');
  if (succeeds(process.execPath, [script, '--cached']) || !succeeds('go', ['version'])) return;
  await runLong('Building MinIO for the object store tests', process.execPath, [script], { optional: true });
}
