import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseArgs } from 'node:util';

const run = promisify(execFile);
const root = process.cwd();
const limitBytes = 64e6;
const name = 'ratchet-gpu-bench';

/**
 * Writes every file that the process has loaded, one a line, when it ends: `require`'s own knowledge of what training
 * needs, from which the package is made.
 */
const tracer = (list: string) =>
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, Object.keys(require.cache).join('\\n')));`;

async function filesLoadedBy(script: string, args: readonly string[], scratch: string): Promise<string[]> {
  const hook = path.join(scratch, 'trace.js');
  const list = path.join(scratch, 'files.txt');
  await writeFile(hook, tracer(list));
  await run(process.execPath, ['--require', hook, script, ...args], { cwd: root });
  return (await readFile(list, 'utf8')).split('\n').filter((file) => file.startsWith(root));
}

/** The `package.json` that tells how `file`'s package is entered. */
function manifestOf(file: string): string | undefined {
  for (let folder = path.dirname(file); folder.startsWith(root); folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) return manifest;
  }
  return undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: `bench/.cache/${name}.tar.gz` } } });
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'ratchet-pack-'));
  try {
    const compiled = path.join(root, 'dist/bench/training/src');
    const small = [
      '--network=cnn',
      '--batch=2',
      '--steps=2',
      '--repetitions=1',
      '--threads=1',
      '--device=cpu-portable',
    ];
    const loaded = [
      ...(await filesLoadedBy(path.join(compiled, 'ratchet.worker.js'), small, scratch)),
      ...(await filesLoadedBy(path.join(compiled, 'gpu/compare.js'), ['--help'], scratch)),
    ];
    const files = new Set(loaded.flatMap((file) => [file, manifestOf(file)].filter((found) => found !== undefined)));
    for (const binding of loaded.filter((file) => file.endsWith('.node')))
      for (const sibling of await readdir(path.dirname(binding)))
        if (sibling.includes('.so')) files.add(path.join(path.dirname(binding), sibling));
    const home = path.join(scratch, name);
    for (const file of files) {
      const target = path.join(home, path.relative(root, file));
      await mkdir(path.dirname(target), { recursive: true });
      await copyFile(file, target);
    }
    await copyFile(process.execPath, path.join(home, 'node'));
    await chmod(path.join(home, 'node'), 0o755);
    await cp(path.join(root, 'bench/training/peers'), path.join(home, 'bench/training/peers'), { recursive: true });
    await writeFile(
      path.join(home, 'run.sh'),
      '#!/bin/sh\ncd "$(dirname "$0")" && exec ./node dist/bench/training/src/gpu/compare.js "$@"\n',
      { mode: 0o755 },
    );
    const out = path.resolve(values.out);
    await mkdir(path.dirname(out), { recursive: true });
    await run('tar', ['--create', '--use-compress-program=gzip -9', '--file', out, '--directory', scratch, name]);
    const { size } = await stat(out);
    if (size > limitBytes)
      throw new Error(`${out} has ${(size / 1e6).toFixed(1)} MB, more than ${limitBytes / 1e6} MB`);
    console.log(`${out}: ${(size / 1e6).toFixed(1)} MB, ${files.size} files and Node ${process.version}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

void main();
