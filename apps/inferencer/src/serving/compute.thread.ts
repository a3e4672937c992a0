import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ComputeAnswer, ComputeRequest } from './worker.messages';

const entries = { runner: 'run.worker.js', decoder: 'decode.worker.js' } as const;

/** The thread died with a job in its hands; the job may be given to another one. */
export class ThreadCrashed extends Error {}
/** The job itself failed; another thread would fail alike. */
export class JobFailed extends Error {
  constructor(
    readonly fault: 'input' | 'compute',
    message: string,
  ) {
    super(message);
  }
}

export type JobOutcome = { readonly value: unknown; readonly micros: number } | ThreadCrashed | JobFailed;
type WithoutJob<T> = T extends unknown ? Omit<T, 'job'> : never;
export type Job = WithoutJob<ComputeRequest>;

/** One compute thread and the jobs in its hands. Jobs are settled by callback: this is the hot path. */
export class ComputeThread {
  private readonly worker: Worker;
  private readonly jobs = new Map<number, (outcome: JobOutcome) => void>();
  private lastJob = 0;
  private alive = true;
  /** Since when the oldest unanswered job is in hand; 0 when there is none. */
  busySince = 0;

  /** @param onExit called once, after every job in hand was settled with `ThreadCrashed` */
  constructor(kind: keyof typeof entries, onExit: (cause: Error) => void) {
    this.worker = new Worker(path.join(__dirname, entries[kind]));
    let cause = new Error('the thread ended');
    this.worker.on('message', (answer: ComputeAnswer) => this.settle(answer));
    this.worker.on('error', (error) => (cause = error));
    this.worker.on('exit', (code) => {
      this.alive = false;
      const crashed = new ThreadCrashed(`a compute thread ended with code ${code}: ${cause.message}`);
      for (const settle of this.jobs.values()) settle(crashed);
      this.jobs.clear();
      onExit(crashed);
    });
  }

  get pending(): number {
    return this.jobs.size;
  }

  post(job: Job, settle: (outcome: JobOutcome) => void, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.alive) return settle(new ThreadCrashed('the compute thread has ended'));
    const id = ++this.lastJob;
    if (this.jobs.size === 0) this.busySince = performance.now();
    this.jobs.set(id, settle);
    this.worker.postMessage({ ...job, job: id }, transfer as ArrayBuffer[]);
  }

  /** @throws ThreadCrashed | JobFailed */
  async ask(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<{ value: unknown; micros: number }> {
    const outcome = await new Promise<JobOutcome>((resolve) => this.post(job, resolve, transfer));
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(answer: ComputeAnswer): void {
    const settle = this.jobs.get(answer.job);
    this.jobs.delete(answer.job);
    this.busySince = this.jobs.size === 0 ? 0 : performance.now();
    settle?.(answer.ok ? answer : new JobFailed(answer.fault, answer.message));
  }
}
