import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment } from '@ratchet/config';
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

/** How a child ended: by its own word, or without one. */
export type ChildEnd = Ending | { readonly kind: 'crashed'; readonly how: string };

type Answers = { [K in keyof Questions]: (content: Questions[K]['ask']) => Promise<Questions[K]['answer']> };

export interface ChildHandlers extends Answers {
  progress(message: Extract<ChildMessage, { type: 'progress' }>): void;
  log(line: LogLine): void;
}

const LAST_WORD_MS = 5_000;

/** One computing process. It is killed when it does not end by itself soon after its last word. */
export class TrialChild {
  private readonly process: ChildProcess;
  private readonly ready: Promise<void>;
  private ending: Ending | null = null;

  constructor() {
    this.process = fork(path.join(__dirname, 'child.js'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // It computes; it has no business with the database or the queue.
      env: childEnvironment({ DATABASE_URL: undefined, REDIS_URL: undefined, RATCHET_WORKER_TOKEN: undefined }),
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

  /** What this machine computes on. The process ends afterwards. */
  async describe(device: string): Promise<ComputeDescription> {
    return new Promise((resolve, reject) => {
      this.onMessage((message) => {
        if (message.type !== 'described') return;
        resolve(message.description);
        this.kill();
      });
      this.process.once('error', reject);
      this.process.once('exit', (code, signal) =>
        reject(new Error(`The process that looks for computing devices ended with ${signal ?? `exit code ${code}`}.`)),
      );
      void this.ready.then(() => this.send({ type: 'describe', device }));
    });
  }

  /** Asks for a checkpoint and the end. */
  stop(): void {
    void this.ready.then(() => this.send({ type: 'stop' }));
  }

  kill(): void {
    this.process.kill('SIGKILL');
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
