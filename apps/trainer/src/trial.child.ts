import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { DeviceName, DeviceReport } from '@ratchet/engine';
import type {
  ChildMessage,
  ComputeDescription,
  Ending,
  LogLine,
  ParentMessage,
  Question,
  Questions,
  RunOrder,
} from './child.protocol';
import { computeEnvironment } from './devices/compute.environment';

/** How a child ended: by its own word, or without one. */
export type ChildEnd = Ending | { readonly kind: 'crashed'; readonly how: string };

type Answers = { [K in keyof Questions]: (content: Questions[K]['ask']) => Promise<Questions[K]['answer']> };

export interface ChildHandlers extends Answers {
  progress(message: Extract<ChildMessage, { type: 'progress' }>): void;
  log(line: LogLine): void;
}

const LAST_WORD_MS = 5_000;
/** A driver may compile for long; one that hangs must not keep a trainer from starting. */
const ANSWER_MS = 120_000;

/** One computing process. It is killed when it does not end by itself soon after its last word. */
export class TrialChild {
  private readonly process: ChildProcess;
  private readonly ready: Promise<void>;
  private ending: Ending | null = null;

  /** @param threads CPU threads it will compute with; all where it is only asked about devices */
  constructor(threads?: number) {
    this.process = fork(path.join(__dirname, 'child.js'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: computeEnvironment(threads),
    });
    this.ready = new Promise((resolve) => this.onMessage((message) => message.type === 'ready' && resolve()));
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Runs one trial. Never rejects: a process that cannot even start has crashed. */
  run(order: RunOrder, handlers: ChildHandlers): Promise<ChildEnd> {
    for (const stream of [this.process.stdout, this.process.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', (line) =>
          handlers.log({ at: new Date().toISOString(), level: 'warn', message: line.slice(0, 2000) }),
        );
    let timer: NodeJS.Timeout | undefined;
    this.onMessage((message) => {
      if (message.type === 'log') handlers.log(message.line);
      else if (message.type === 'progress') handlers.progress(message);
      else if (message.type === 'question') void this.answer(message, handlers);
      else if (message.type === 'ended') {
        this.ending = message.ending;
        timer = setTimeout(() => this.kill(), LAST_WORD_MS);
      }
    });
    void this.ready.then(() => this.send({ type: 'run', order }));
    return new Promise((resolve) => {
      const end = (how: string) => {
        clearTimeout(timer);
        resolve(this.ending ?? { kind: 'crashed', how });
      };
      this.process.once('error', (error) => end(error.message));
      this.process.once('close', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  /** Which of these devices work on this machine. The process ends afterwards. */
  async describe(devices: readonly DeviceName[]): Promise<ComputeDescription> {
    return this.ask({ type: 'describe', devices }, (answer) => answer.type === 'described' && answer.description);
  }

  /** A device with its speed. The process ends afterwards; rejects if the device ended it before. */
  async measure(device: DeviceName, threads: number): Promise<DeviceReport> {
    return this.ask({ type: 'measure', device, threads }, (answer) => answer.type === 'measured' && answer.report);
  }

  /** Asks for a checkpoint and the end. */
  stop(): void {
    void this.ready.then(() => this.send({ type: 'stop' }));
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  private ask<T>(question: ParentMessage, understand: (answer: ChildMessage) => T | false): Promise<T> {
    return new Promise((resolve, reject) => {
      let lastWords = '';
      const timer = setTimeout(() => this.kill(), ANSWER_MS);
      this.process.stderr?.on('data', (chunk) => (lastWords = (lastWords + chunk).slice(-4000)));
      this.onMessage((message) => {
        const answer = understand(message);
        if (answer === false) return;
        resolve(answer);
        this.kill();
      });
      this.process.once('error', reject);
      this.process.once('close', (code, signal) => {
        clearTimeout(timer);
        const cause = lastWords.split('\n').find((line) => /error/i.test(line)) ?? '';
        reject(new Error(`its process ended with ${signal ?? `exit code ${code}`}. ${cause}`.trim()));
      });
      void this.ready.then(() => this.send(question));
    });
  }

  private async answer({ id, about, content }: { id: number } & Question, handlers: ChildHandlers): Promise<void> {
    const handle = handlers[about] as (content: unknown) => Promise<unknown>;
    try {
      this.send({ type: 'answer', id, answer: await handle(content) });
    } catch (error) {
      this.send({ type: 'refusal', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  private onMessage(hear: (message: ChildMessage) => void): void {
    this.process.on('message', (message) => hear(message as ChildMessage));
  }

  private send(message: ParentMessage): void {
    // A child that is gone cannot be told anything; its end is heard elsewhere.
    if (this.process.connected) this.process.send(message, () => undefined);
  }
}
