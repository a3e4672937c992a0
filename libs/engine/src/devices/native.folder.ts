import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Where `npm run setup:gpu` installs what this machine's devices need: in the checkout, beside `node_modules` and out of
 * npm's reach, which would remove what the lock file does not name.
 */
export const nativeFolder = path.join(checkout(__dirname), '.native');

function checkout(folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder || existsSync(path.join(folder, 'package.json')) ? folder : checkout(parent);
}
