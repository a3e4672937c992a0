import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { type DesiredDeployment, RatchetError } from '@ratchet/domain';
import type { CachedArtifact } from './artifact.cache';
import type { PreparerAnswer, PreparerRequest } from './preparer.messages';

const ENTRY = path.join(__dirname, 'preparer.child.js');

type Settle = (answer: PreparerAnswer) => void;

/**
 * A small process beside this one that fetches models, hashes them and probes them in throw-away processes of its own.
 * It is forked while this process is small and forks in its place: forking a process that holds a gigabyte of models
 * stops all its threads for a tenth of a second.
 */
export class Preparer {
  private running = launch();
  private lastJob = 0;

  /**
   * Resolves when the ordered model lies whole in the cache under `directory` and has proven itself.
   * @throws RatchetError with the code and the words of what went wrong there; the signal's reason when it was abandoned
   */
  async prepare(
    order: DesiredDeployment,
    { directory, threads }: { readonly directory: string; readonly threads: number },
    signal: AbortSignal,
  ): Promise<CachedArtifact> {
    signal.throwIfAborted();
    if (!this.running.child.connected) this.running = launch();
    const { child, jobs } = this.running;
    const job = ++this.lastJob;
    const abandon = () => tell(child, { type: 'abandon', job });
    signal.addEventListener('abort', abandon, { once: true });
    try {
      const answer = await new Promise<PreparerAnswer>((resolve) => {
        jobs.set(job, resolve);
        tell(child, { type: 'prepare', job, order, directory, threads });
      });
      signal.throwIfAborted();
      if (!answer.ok) throw new RatchetError(answer.code, answer.message);
      return answer.artifact;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }
}

function launch(): { readonly child: ChildProcess; readonly jobs: Map<number, Settle> } {
  const child = fork(ENTRY, [], { execArgv: [] });
  const jobs = new Map<number, Settle>();
  child.on('message', (answer: PreparerAnswer) => {
    jobs.get(answer.job)?.(answer);
    jobs.delete(answer.job);
  });
  child.on('error', () => undefined); // its end tells
  child.once('exit', (code, signal) => {
    const message = `The process that prepares models ended (${signal ?? code}). It is started again.`;
    for (const [job, settle] of jobs) settle({ job, ok: false, code: 'unavailable', message });
    jobs.clear();
  });
  return { child, jobs };
}

/** A child that is gone hears nothing: its exit settles what was asked of it. */
function tell(child: ChildProcess, request: PreparerRequest): void {
  child.send(request, () => undefined);
}
