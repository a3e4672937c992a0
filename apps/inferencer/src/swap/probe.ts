import { fork } from 'node:child_process';
import path from 'node:path';
import { ArtifactRefused } from './artifact.refused';
import type { ProbeOrder, ProbeReport } from './probe.messages';

const ENTRY = path.join(__dirname, 'probe.child.js');
const HEAP_MB = 1024;

/**
 * Checks and runs an unknown model in a process of its own.
 * @throws ArtifactRefused with the cause, also when the process dies or takes longer than `timeoutMs`
 */
export async function probeArtifact(
  order: ProbeOrder,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeReport & { ok: true }> {
  signal.throwIfAborted();
  const child = fork(ENTRY, [], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-500)));
  const stop = () => child.kill('SIGKILL');
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const report = await new Promise<ProbeReport>((resolve, reject) => {
      child.once('message', (message) => resolve(message as ProbeReport));
      child.once('error', reject);
      child.once('exit', (code, ended) =>
        resolve({
          ok: false,

          message: `Loading the model ended its process (${ended ?? code}). ${said}`,
        }),
      );
      child.send(order, (error) => error && reject(error));
    });
    signal.throwIfAborted();
    if (!report.ok) throw new ArtifactRefused(report.message);
    return report;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}
