// `npm start`: gets what is missing, builds what changed, then hands over to the supervisor in this same process.
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkNode, ensureBuild, ensureDependencies, ensureRedis, root } from './bootstrap.mjs';

checkNode();
await ensureDependencies();
await ensureRedis();
await ensureBuild();

const supervisor = path.join(root, 'dist/apps/cli/src/main.js');
process.argv = [process.argv[0], supervisor, 'start', ...process.argv.slice(2)];
createRequire(import.meta.url)(supervisor);
