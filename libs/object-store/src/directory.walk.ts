import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Keys of the files under `root` that begin with `prefix`, in key order, one folder in memory at a time.
 * A folder sorts as its name with a slash, as its keys do: `a-b` comes before `a/b`, `a0` after.
 */
export async function* walk(root: string, prefix: string, folder = ''): AsyncIterable<string> {
  const entries = await fs
    .readdir(path.join(root, folder), { withFileTypes: true })
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
      throw error;
    });
  const names = entries.map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : '')).sort(byBytes);
  for (const name of names) {
    if (!name.startsWith(prefix) && !(name.endsWith('/') && prefix.startsWith(name))) continue;
    if (name.endsWith('/')) yield* walk(root, prefix, name);
    else yield name;
  }
}

// Keys are ASCII, so code units are bytes; localeCompare would not do.
const byBytes = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
