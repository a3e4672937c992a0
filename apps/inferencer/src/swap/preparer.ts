import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { type DesiredDeployment, RatchetError, Unavailable } from '@ratchet/domain';
import type { CachedArtifact } from './artifact.cache';
import type { PreparerAnswer, PreparerRequest } from './preparer.messages';

const ENTRY = path.join(__dirname, 'preparer.child.js');

/**
 * A small process beside this one that fetches models, hashes them and probes them in throw-away processes of its own.
 * It is forked while this process is small and forks in its place: forking a process with a gigabyte of models stops all
 * its threads for a tenth of a second.
 */
export class Preparer {
  private child: ChildProcess;
  private readonly jobs = new Map<number, (answer: PreparerAnswer) => void>();
  private lastJob = 0;

  constructor() {
    this.child = this.launch();
  }

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
    if (!this.child.connected) this.child = this.launch();
    const { child } = this;
    const job = ++this.lastJob;
    const abandon = () => tell(child, { type: 'abandon', job });
    signal.addEventListener('abort', abandon, { once: true });
    try {
      const answer = await new Promise<PreparerAnswer>((resolve) => {
        this.jobs.set(job, resolve);
        tell(child, { type: 'prepare', job, order, directory, threads });
      });
      signal.throwIfAborted();
      if (!answer.ok) throw new RatchetError(answer.code, answer.message);
      return answer.artifact;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  private launch(): ChildProcess {
    const child = fork(ENTRY, [], { execArgv: [], serialization: 'json' });
    const mine = this.lastJob;
    child.on('message', (answer: PreparerAnswer) => this.settle(answer));
    child.on('error', () => undefined); // its end tells
    child.once('exit', (code, signal) => {
      const { code: name, message } = new Unavailable(
        'The process that prepares models',
        `It ended (${signal ?? code}) and is started again.`,
      );
      for (const job of this.jobs.keys()) if (job > mine) this.settle({ job, ok: false, code: name, message });
    });
    return child;
  }

  private settle(answer: PreparerAnswer): void {
    const settle = this.jobs.get(answer.job);
    this.jobs.delete(answer.job);
    settle?.(answer);
  }
}

/** A child that is gone hears nothing: its exit settles what was asked of it. */
function tell(child: ChildProcess, request: PreparerRequest): void {
  child.send(request, () => undefined);
}
