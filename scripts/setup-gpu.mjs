// `npm run setup:gpu`: looks at the machine, says what its graphics processor needs, and installs it. What is there
// already is left alone, so it may be interrupted and run again.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, ensureBuild, ensureDependencies, installPackage, refuse, root } from './bootstrap.mjs';
import { runLong } from './progress.mjs';

const usage = `npm run setup:gpu -- [--dry-run] [--cpu]

Installs what this machine's graphics processor needs to train on it. Packages of the system go where they belong, the
CUDA provider into node_modules (so run this again after npm ci), all else into .native in this folder.

  --dry-run   only say what would be done
  --cpu       install TensorFlow for the processor instead, so that device tensorflow can be tried anywhere`;

const options = parseOptions();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
checkNode();
await ensureDependencies();
await ensureBuild();
const built = (name) => createRequire(import.meta.url)(path.join(root, 'dist/apps/trainer/src/devices', name));
const { machineFacts } = built('machine.facts.js');
const { planSetup } = built('setup.plan.js');

const { found, steps, notes } = planSetup(machineFacts(root), { cpu: options.cpu });
console.log(`\nThis machine: ${found.join('\n              ')}\n`);
for (const note of notes) console.log(`- ${note}`);
if (steps.length > 0) {
  const total = steps.reduce((sum, { megabytes }) => sum + megabytes, 0);
  console.log(`\n${options['dry-run'] ? 'Would be done' : 'To do'}, downloading about ${size(total)}:`);
  steps.forEach((step, i) =>
    console.log(`${String(i + 1).padStart(3)}. ${step.title} (${size(step.megabytes)})\n     ${inWords(step)}`),
  );
}
if (options['dry-run']) process.exit(0);

const failed = [];
for (const step of steps) if (!(await perform(step))) failed.push(step);
console.log('');
if (steps.length > 0) console.log(`Done: ${steps.length - failed.length} of ${steps.length} steps.`);
for (const step of failed) console.log(`Not done: ${step.title}. By hand: ${inWords(step)}`);
console.log('`npm run devices` says now:\n');
const listed = spawnSync(process.execPath, [path.join(root, 'dist/apps/trainer/src/devices/devices.main.js')], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(failed.length > 0 ? 1 : (listed.status ?? 1));

function parseOptions() {
  try {
    const flag = { type: 'boolean', default: false };
    return parseArgs({ options: { 'dry-run': flag, cpu: flag, help: flag } }).values;
  } catch (error) {
    return refuse(`${error.message}\n\n${usage}`);
  }
}

function perform(step) {
  if (step.package) return installPackage(step.package, step.title.replace(/^Installing /, ''));
  const [command, ...args] = step.command;
  const env = { ...process.env, ...step.environment };
  return runLong(step.title, command === 'node' ? process.execPath : command, args, { cwd: root, env, optional: true });
}

function inWords(step) {
  if (step.package) return `apt-get install -y ${step.package}`;
  const environment = Object.entries(step.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  return [...environment, ...step.command.map((word) => (/[<>]/.test(word) ? `'${word}'` : word))].join(' ');
}

function size(megabytes) {
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(1)} GB` : `${megabytes} MB`;
}
