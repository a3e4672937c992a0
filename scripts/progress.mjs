import { spawn } from 'node:child_process';

/**
 * Runs a command, saying what is done and how long it has taken; shows the end of its output only when it fails.
 * Resolves to whether it succeeded; when it did not and is not `optional`, ends the process with `mend`.
 */
export function runLong(title, command, args, { cwd, env, mend, optional = false } = {}) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const onTerminal = process.stdout.isTTY;
  process.stdout.write(`${title} ...${onTerminal ? '' : '\n'}`);
  const tick = setInterval(
    () => process.stdout.write(onTerminal ? `\r${title} ... ${seconds()} s` : `  ${title}: ${seconds()} s\n`),
    onTerminal ? 1000 : 15_000,
  );
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
    const end = (ok, why) => {
      clearInterval(tick);
      process.stdout.write(
        onTerminal
          ? `\r${title} ... ${ok ? 'done' : why} (${seconds()} s)\n`
          : `  ${title}: ${ok ? 'done' : why} after ${seconds()} s\n`,
      );
      if (ok) return resolve(true);
      if (optional) {
        const lines = output.trim().split('\n');
        console.error(`  ${lines.find((line) => /error/i.test(line)) ?? lines.at(-1)}`);
        return resolve(false);
      }
      console.error(output.trim().split('\n').slice(-40).join('\n'));
      console.error(`\n${title} failed. ${mend}`);
      process.exit(1);
    };
    child.once('error', (error) => end(false, error.message));
    child.once('close', (code, signal) =>
      end(code === 0, signal ? `stopped by ${signal}` : `failed with code ${code}`),
    );
  });
}
