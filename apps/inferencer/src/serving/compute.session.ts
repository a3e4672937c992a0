import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ImageShape } from '@ratchet/domain';
import type { LoadableModel } from './worker.messages';

/**
 * One ONNX Runtime session on the CPU. It blocks the thread it runs on: compute threads and probe children only.
 * Loaded from a path, because loading from memory keeps a second copy of the weights.
 */
export class ComputeSession {
  private constructor(
    private readonly session: InferenceSession,
    private readonly input: ImageShape,
    private readonly classes: number,
  ) {}

  /** @throws Error when the file is no model, or its inputs or outputs are not those of an image classifier */
  static async open(model: Omit<LoadableModel, 'serial'>): Promise<ComputeSession> {
    const session = await InferenceSession.create(model.path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: model.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } }, // spinning threads of several sessions starve each other
    });
    const opened = new ComputeSession(session, model.input, model.classes);
    try {
      opened.checkSignature();
    } catch (error) {
      await session.release();
      throw error;
    }
    return opened;
  }

  /** `images`: uint8 `[count, height, width, channels]` → probabilities `[count, classes]`. */
  async run(images: Uint8Array, count: number): Promise<Float32Array> {
    const { height, width, channels } = this.input;
    const input = new Tensor('uint8', images, [count, height, width, channels]);
    const { probabilities } = await this.session.run({ images: input });
    if (probabilities.dims.length !== 2 || probabilities.dims[0] !== count || probabilities.dims[1] !== this.classes)
      throw new Error(`the model answered [${probabilities.dims}] where [${count},${this.classes}] was expected`);
    return probabilities.data as Float32Array;
  }

  /** Frees the native memory. The session must not be running. */
  release(): Promise<void> {
    return this.session.release();
  }

  private checkSignature(): void {
    const { height, width, channels } = this.input;
    expectTensors('inputs', this.session.inputMetadata, 'images', 'uint8', [null, height, width, channels]);
    expectTensors('outputs', this.session.outputMetadata, 'probabilities', 'float32', [null, this.classes]);
  }
}

/** The only tensor of that side must match; `null` stands for any axis that is not fixed to another number than asked. */
function expectTensors(
  side: string,
  found: readonly InferenceSession.ValueMetadata[],
  name: string,
  type: string,
  shape: readonly (number | null)[],
): void {
  const wanted = `${name}: ${type}[${shape.map((n) => n ?? 'N').join(',')}]`;
  const shown = found.map((t) =>
    t.isTensor ? `${t.name}: ${t.type}[${t.shape.join(',')}]` : `${t.name}: not a tensor`,
  );
  const fits = ([only]: readonly InferenceSession.ValueMetadata[]) =>
    only.isTensor &&
    only.name === name &&
    only.type === type &&
    only.shape.length === shape.length &&
    shape.every((n, axis) =>
      n === null
        ? typeof only.shape[axis] === 'string'
        : only.shape[axis] === n || typeof only.shape[axis] === 'string',
    );
  if (found.length !== 1 || !fits(found))
    throw new Error(`${side} are ${shown.join('; ')} where ${wanted} was expected`);
}
