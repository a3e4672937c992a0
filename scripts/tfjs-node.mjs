// Builds tfjs-node or tfjs-node-gpu against a TensorFlow of today. The packages ship for one of 2022, which their install
// script would download; their sources find another one's headers and libraries through links in `deps`.
//   node scripts/tfjs-node.mjs HOME PACKAGE@VERSION TENSORFLOW
// HOME gets the package in its node_modules; TENSORFLOW is the folder of that name in which PyPI's package was unpacked.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [home, requirement, tensorflow] = process.argv.slice(2);
const name = requirement.slice(0, requirement.lastIndexOf('@'));
const own = path.resolve(home, 'node_modules', name);
const manifest = path.resolve(home, 'package.json');

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`${path.basename(command)} ${args.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`);
  process.exit(1);
}

if (!existsSync(path.join(tensorflow, 'include'))) {
  console.error(`Error: there is no TensorFlow in ${tensorflow}: it must be fetched first.`);
  process.exit(1);
}
mkdirSync(home, { recursive: true });
if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', requirement], home);

const dependencies = path.join(own, 'deps');
const libraries = path.join(dependencies, 'lib');
rmSync(dependencies, { recursive: true, force: true });
mkdirSync(libraries, { recursive: true });
symlinkSync(path.resolve(tensorflow, 'include'), path.join(dependencies, 'include'));
for (const file of readdirSync(tensorflow).filter((each) => /^libtensorflow_.*\.so\.2$/.test(each))) {
  const aliases = [file, file.replace('.so.2', '.so')];
  if (file.startsWith('libtensorflow_cc')) aliases.push('libtensorflow.so.2', 'libtensorflow.so');
  for (const alias of aliases) symlinkSync(path.resolve(tensorflow, file), path.join(libraries, alias));
}

// A Node installed with its headers need not fetch them.
const prefix = path.dirname(path.dirname(process.execPath));
const headers = existsSync(path.join(prefix, 'include/node')) ? [`--nodedir=${prefix}`] : [];
run(path.resolve(home, 'node_modules/.bin/node-pre-gyp'), ['install', '--build-from-source', ...headers], own);
