import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sizeOf } from '../graph/element-type';
import type { Strategy } from '../strategies/strategy';
import { loopPorts } from '../training/loop.graph';
import { type CompiledStep, compileStep } from '../training/step.recording';
import type { Feed, FeedArray } from '../training/feed';
import type { TrainingProgram } from '../training/program';
import type { Device, StepMetrics, TrainingRunner } from './device';
import { type OnnxProvider, sessionOptions } from './onnxruntime.session';

/** Trains in ONNX Runtime: the step compiled by `strategy`, looped inside one session. */
export const onnxruntimeDevice = (provider: OnnxProvider, strategy: Strategy, threads: number): Device => ({
  name: provider,
  open: async (program) => {
    const compiled = compileStep(program, strategy);
    const session = await InferenceSession.create(compiled.model, sessionOptions(provider, threads));
    return new LoopRunner(session, compiled, program);
  },
});

class LoopRunner implements TrainingRunner {
  private readonly values = new Map<string, Float32Array>();

  constructor(
    private readonly session: InferenceSession,
    private readonly compiled: CompiledStep,
    program: TrainingProgram,
  ) {
    const names = new Map([...program.variables].map(([name, variable]) => [variable, name]));
    this.entries = [...compiled.recording.state, ...compiled.recording.reads].map((entry) => ({
      ...entry,
      assigned: 'after' in entry,
      key: names.get(entry.variable) ?? entry.variable.name,
    }));
    for (const { key, initial } of this.entries) this.values.set(key, initial);
  }

  private readonly entries: {
    key: string;
    before: string;
    shape: readonly number[];
    assigned: boolean;
    initial: Float32Array;
  }[];

  async run(first: number, count: number): Promise<StepMetrics> {
    const inputs: Record<string, Tensor> = {
      [loopPorts.steps]: new Tensor('int64', BigInt64Array.of(BigInt(count)), []),
    };
    const expected = new Set(this.session.inputNames);
    for (const feed of this.compiled.feeds) {
      const name = loopPorts.feed(feed);
      if (expected.has(name)) inputs[name] = new Tensor(feed.type, stacked(feed, first, count), [count, ...feed.shape]);
    }
    for (const { key, before, shape, assigned } of this.entries)
      inputs[assigned ? loopPorts.before(before) : before] = new Tensor('float32', this.values.get(key)!, shape);
    const results = await this.session.run(inputs);
    for (const { key, before, assigned } of this.entries)
      if (assigned) this.values.set(key, results[loopPorts.after(before)].data as Float32Array);
    const metric = (name: string) => results[loopPorts.metric(name)].data as Float32Array;
    return { losses: metric('loss'), correct: metric('correct') };
  }

  read(): ReadonlyMap<string, Float32Array> {
    return this.values;
  }

  write(values: ReadonlyMap<string, Float32Array>): void {
    for (const { key, shape } of this.entries) {
      const value = values.get(key);
      if (value?.length !== sizeOf(shape)) throw new Error(`The state has no ${key} of ${sizeOf(shape)} numbers`);
      this.values.set(key, value);
    }
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

/** What `count` steps from `first` are given, one after the other. */
function stacked(feed: Feed, first: number, count: number): FeedArray {
  const size = sizeOf(feed.shape);
  const kinds = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };
  const all = new kinds[feed.type](size * count);
  for (let at = 0; at < count; at++) feed.fill(all.subarray(at * size, (at + 1) * size), first + at);
  return all;
}
