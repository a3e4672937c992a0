// One folder of links to the CUDA libraries under .native/cuda: what a process gets on its library path.
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from './bootstrap.mjs';

const target = path.join(root, '.native/lib');
mkdirSync(target, { recursive: true });
for (const entry of readdirSync(path.join(root, '.native/cuda'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.so(\.\d+)*$/.test(entry.name)) continue;
  const link = path.join(target, entry.name);
  rmSync(link, { force: true });
  symlinkSync(path.relative(target, path.join(entry.parentPath, entry.name)), link);
}
