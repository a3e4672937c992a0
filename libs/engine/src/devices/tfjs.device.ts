import { setBackend, tensor, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph/element-type';
import type { Feed } from '../training/feed';
import type { TrainingProgram } from '../training/program';
import type { Device, StepMetrics, TrainingRunner } from './device';

/** Trains by tfjs itself on one of its backends: nothing is compiled, the step's operations run one by one. */
export const tfjsDevice = (name: string, backend: string): Device => ({
  name,
  open: async (program) => new StepRunner(program, backend),
});

class StepRunner implements TrainingRunner {
  constructor(
    private readonly program: TrainingProgram,
    private readonly backend: string,
  ) {}

  async run(first: number, count: number): Promise<StepMetrics> {
    await setBackend(this.backend);
    const losses: number[] = [];
    const correct: number[] = [];
    for (let step = first; step < first + count; step++) {
      const metrics = tidy(() => {
        const { loss, correct: hits } = this.program.step((feed) => given(feed, step));
        return [loss.dataSync()[0], hits.dataSync()[0]];
      });
      losses.push(metrics[0]);
      correct.push(metrics[1]);
      if (!Number.isFinite(metrics[0])) break;
    }
    return { losses: Float32Array.from(losses), correct: Float32Array.from(correct) };
  }

  read(): ReadonlyMap<string, Float32Array> {
    return new Map(
      [...this.program.variables].map(([name, variable]) => [name, variable.dataSync().slice() as Float32Array]),
    );
  }

  write(values: ReadonlyMap<string, Float32Array>): void {
    for (const [name, variable] of this.program.variables) {
      const value = values.get(name);
      if (value?.length !== variable.size) throw new Error(`The state has no ${name} of ${variable.size} numbers`);
      tidy(() => variable.assign(tensor(value, variable.shape)));
    }
  }

  async dispose(): Promise<void> {}
}

function given(feed: Feed, step: number): Tensor {
  const kinds = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };
  const data = new kinds[feed.type](sizeOf(feed.shape));
  feed.fill(data, step);
  const values = data instanceof Uint8Array ? Float32Array.from(data) : data;
  return tensor(values, [...feed.shape], feed.type === 'int32' ? 'int32' : 'float32');
}
