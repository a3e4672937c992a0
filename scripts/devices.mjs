// `npm run devices`: builds what changed, then lists what this machine can train on. No running Ratchet is needed.
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkNode, ensureBuild, ensureDependencies, root } from './bootstrap.mjs';

checkNode();
await ensureDependencies();
await ensureBuild();
createRequire(import.meta.url)(path.join(root, 'dist/apps/trainer/src/devices/devices.main.js'));
