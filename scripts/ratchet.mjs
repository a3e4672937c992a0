// `npm run ratchet`: builds where nothing is built yet, then runs the command. Where something is, it may be running.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkNode, ensureBuild, ensureDependencies, root } from './bootstrap.mjs';

const cli = path.join(root, 'dist/apps/cli/src/main.js');
checkNode();
if (!existsSync(cli)) {
  await ensureDependencies();
  await ensureBuild();
}
process.argv = [process.argv[0], cli, ...process.argv.slice(2)];
createRequire(import.meta.url)(cli);
