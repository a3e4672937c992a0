// One folder of links to the CUDA libraries under .native/cuda: what a process gets on its library path.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from './bootstrap.mjs';

const source = path.join(root, '.native/cuda');
if (!existsSync(source)) {
  console.error(`Error: there are no CUDA libraries in ${source}: they must be fetched first.`);
  process.exit(1);
}
const target = path.join(root, '.native/lib');
mkdirSync(target, { recursive: true });
for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.so(\.\d+)*$/.test(entry.name)) continue;
  const link = path.join(target, entry.name);
  rmSync(link, { force: true });
  symlinkSync(path.relative(target, path.join(entry.parentPath, entry.name)), link);
}
