import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Unavailable } from '@ratchet/domain';

/** Who runs a server. PostgreSQL refuses to run as root, so root lends it another account. */
export interface ServiceAccount {
  readonly uid: number;
  readonly gid: number;
}

/** The account PostgreSQL runs under: null for the present one. An existing data directory keeps its owner. */
export function accountFor(dataDirectory: string): ServiceAccount | null {
  if (process.getuid?.() !== 0) return null;
  const owner = fs.statSync(dataDirectory, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findPostgres() ?? createPostgres();
}

function findPostgres(): ServiceAccount | null {
  const line = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  if (!line) return null;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function createPostgres(): ServiceAccount {
  const made = spawnSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
    {
      encoding: 'utf8',
    },
  );
  const account = findPostgres();
  if (account) return account;
  throw new Unavailable(
    'The embedded PostgreSQL',
    `It does not run as root and the user 'postgres' could not be made (${made.stderr?.trim() || made.error?.message}). ` +
      'Run `useradd --system --user-group postgres`, start as an ordinary user, or give DATABASE_URL.',
  );
}

/** Whether every folder on the way to `target` lets the account through. */
export function canReach(account: ServiceAccount, target: string): boolean {
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    const { uid, gid, mode } = fs.statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}
