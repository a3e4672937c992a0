import type { MetricPoint } from '@ratchet/domain';
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
} from '../child.protocol';

/** What a child can be told to do. Whatever the last two throw ends the process. */
interface ChildTasks {
  run(order: RunOrder): void;
  describe(devices: readonly DeviceName[]): Promise<ComputeDescription>;
  measure(device: DeviceName, threads: number): Promise<DeviceReport>;
}

/** The child's end of the line to its trainer. A line that breaks ends the process: nobody is left to write for. */
export class ParentLine {
  private readonly waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  private nextId = 1;
  private stop = false;

  /** Whether the trainer wants the run to end with a checkpoint. */
  get stopRequested(): boolean {
    return this.stop;
  }

  /** Says that it is there and waits for what to do. */
  open(tasks: ChildTasks): void {
    process.on('disconnect', () => process.exit(1));
    process.on('message', (message: ParentMessage) => {
      if (message.type === 'run') return tasks.run(message.order);
      if (message.type === 'describe')
        return void tasks
          .describe(message.devices)
          .then((description) => this.send({ type: 'described', description }));
      if (message.type === 'measure')
        return void tasks
          .measure(message.device, message.threads)
          .then((report) => this.send({ type: 'measured', report }));
      if (message.type === 'stop') return void (this.stop = true);
      const question = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.type === 'answer') question?.resolve(message.answer);
      else question?.reject(new Error(message.message));
    });
    this.send({ type: 'ready' });
  }

  /** Resolves once the trainer has made the answer durable. */
  ask<K extends keyof Questions>(about: K, content: Questions[K]['ask']): Promise<Questions[K]['answer']> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.send({ type: 'question', id, about, content } as { type: 'question'; id: number } & Question);
    });
  }

  progress(step: number, points: readonly MetricPoint[]): void {
    this.send({ type: 'progress', step, points });
  }

  log(level: LogLine['level'], message: string): void {
    this.send({ type: 'log', line: { at: new Date().toISOString(), level, message } });
  }

  /** The last word: the process ends once it is out. */
  end(ending: Ending): void {
    process.send?.({ type: 'ended', ending } satisfies ChildMessage, () => process.exit(0));
  }

  private send(message: ChildMessage): void {
    process.send?.(message);
  }
}
