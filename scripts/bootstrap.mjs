// What `npm start` and `npm test` need before anything of ours can run. Plain Node, no dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLong } from './progress.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...parts) => path.join(root, ...parts);

/** Ends the process with one line that says what cannot be done and what would mend it. */
export function refuse(line) {
  console.error(line);
  process.exit(1);
}

export function checkNode() {
  const wanted = [20, 19];
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < wanted[0] || (major === wanted[0] && minor < wanted[1]))
    refuse(
      `Ratchet needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org/en/download.`,
    );
}

/** Installs the packages when those in place are not those of the lock file. */
export async function ensureDependencies() {
  if (dependenciesAreInPlace()) return;
  await runLong(
    'Installing dependencies (a minute or two, 1.3 GB)',
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      mend: 'Run `npm ci` to see more; it needs the package registry and 2 GB of disk.',
    },
  );
}

// npm leaves an account of what it installed; comparing the two needs no stamp of our own and believes any way of installing.
function dependenciesAreInPlace() {
  const account = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(account)) return false;
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(account, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([name, { version, optional, peer, link }]) =>
      name === '' || link || installed[name]?.version === version || (!installed[name] && (optional || peer)),
  );
}

const sources = ['apps', 'libs', 'migrations', 'nx.json', '.swcrc', 'tsconfig.base.json', 'package-lock.json'];

/** Builds when a source differs from what was built last, and leaves nothing running. */
export async function ensureBuild() {
  const stamp = inRoot('dist', '.built');
  const now = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  await runLong('Building', process.execPath, [nxBinary(), 'run-many', '-t', 'build', '--output-style=static'], {
    cwd: root,
    env: nxEnvironment(),
    mend: 'Run `npx nx run-many -t build` to see more.',
  });
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

export const nxBinary = () =>
  inRoot('node_modules', 'nx', JSON.parse(readFileSync(inRoot('node_modules/nx/package.json'), 'utf8')).bin.nx);

/** No daemon that outlives us, no full-screen interface. */
export const nxEnvironment = () => ({ ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' });

function hashOfSources() {
  const hash = createHash('sha256');
  const add = (name) => {
    const file = inRoot(name);
    if (!existsSync(file)) return;
    for (const entry of readdirIfFolder(file)) {
      if (entry === null) hash.update(`${name}\0`).update(readFileSync(file));
      else if (!/^(node_modules|dist|coverage)$|\.spec\.tsx?$/.test(entry)) add(path.posix.join(name, entry));
    }
  };
  sources.forEach(add);
  return hash.digest('hex');
}

function readdirIfFolder(file) {
  try {
    return readdirSync(file).sort();
  } catch {
    return [null];
  }
}

const isOnPath = (name) =>
  (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** A Redis: given by REDIS_URL, on PATH, or from Debian's packages. */
export async function ensureRedis() {
  if (process.env.REDIS_URL || isOnPath('redis-server') || isOnPath('valkey-server')) return;
  if (!(await installPackage('redis-server', 'Redis')))
    refuse(
      `Redis is missing: run \`${installCommand('redis-server')}\`, or set REDIS_URL to one that runs, and start again.`,
    );
}

/** Chromium for the browser tests. False when there is none and it cannot be installed from here. */
export async function ensureChromium() {
  if (existsSync('/usr/bin/chromium')) return true;
  if (await installPackage('chromium', 'Chromium')) return true;
  console.error(
    `\n*** The browser tests will be SKIPPED: there is no /usr/bin/chromium. Run \`${installCommand('chromium')}\`. ***\n`,
  );
  return false;
}

const isDebian = () => existsSync('/etc/debian_version') && isOnPath('apt-get');
const installCommand = (name) =>
  isDebian()
    ? `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y ${name}`
    : `(your package manager) install ${name}`;

/** Installs a Debian package when this is root on a Debian; false where it may not or cannot. */
export async function installPackage(name, title) {
  if (!isDebian() || process.getuid?.() !== 0) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const keepQuiet = refuseServiceStarts();
  try {
    const install = ['install', '-y', '--no-install-recommends', '-qq', name];
    const options = { env, optional: true };
    return (
      (existsSync('/var/lib/apt/lists') &&
        hasPackageLists() &&
        (await runLong(`Installing ${title}`, 'apt-get', install, options))) ||
      ((await runLong('Fetching the package lists', 'apt-get', ['update', '-qq'], options)) &&
        (await runLong(`Installing ${title}`, 'apt-get', install, options)))
    );
  } finally {
    keepQuiet();
  }
}

const hasPackageLists = () =>
  readdirSync('/var/lib/apt/lists').some((name) => name.endsWith('_Packages') || name.endsWith('.lz4'));

// Debian starts a service it installs; Ratchet runs its own and leaves the machine's as it was.
function refuseServiceStarts() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => undefined;
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}

export const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
