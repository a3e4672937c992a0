import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createHash } from 'node:crypto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Goldens, type ImageShape, type ModelManifest, RatchetError } from '@ratchet/domain';
import { codeDigest } from '../code.digest';
import { sessionOptions } from '../devices/onnxruntime.session';
import { encodeModel, opset } from '../graph/model.encoder';
import { describeModel } from '../networks/describe';
import { openServingModel } from '../serving.model';
import type { Strategy } from '../strategies/strategy';
import type { LabelledImages } from '../training/batch.feeds';
import type { ChannelStatistics } from '../training/standardization';
import { versions } from '../versions';
import { inference } from './inference.strategy';
import { exportGraph, forwardGraph, modelPorts } from './prediction.graph';

/** Probabilities of the exported file may differ from the trainer's by this much: float32 rounding, nothing more. */
export const parityTolerance = 1e-5;

export interface ExportRequest {
  /** Holds the weights to export. */
  readonly model: LayersModel;
  readonly input: ImageShape;
  /** What images are standardised by, if they are; becomes part of the file. */
  readonly statistics?: ChannelStatistics;
  readonly classes: readonly string[];
  /** Where golden images are taken from. */
  readonly images: LabelledImages;
  /** How the trainer records its forward pass. */
  readonly strategy: Strategy;
  readonly threads: number;
  /** Entries for the file's metadata. */
  readonly provenance: Readonly<Record<string, string>>;
}

/** The bytes of the serving file of `model`. */
export function exportBytes({
  model,
  input,
  statistics,
  classes,
  provenance,
}: Pick<ExportRequest, 'model' | 'input' | 'statistics' | 'classes' | 'provenance'>): Uint8Array {
  return encodeModel(exportGraph({ model, input, statistics }, inference), {
    classes: JSON.stringify(classes),
    input: JSON.stringify(input),
    ...(statistics && { standardization: JSON.stringify(statistics) }),
    ...provenance,
    ...versions,
    code: codeDigest(),
  });
}

/**
 * Exports `model` and holds the file against the trainer's own forward pass on golden images before handing it out.
 * Throws RatchetError `export_differs` where they disagree by more than `parityTolerance`.
 */
export async function exportVerified(request: ExportRequest): Promise<{ onnx: Uint8Array; manifest: ModelManifest }> {
  const { model, input, classes, threads } = request;
  const onnx = exportBytes(request);
  const { count, images } = goldenImages(request.images);
  const expected = await forward(request, images, count);
  const serving = await openServingModel(onnx, { threads });
  const probabilities = await serving.run(images, count);
  await serving.dispose();
  const maxAbsDifference = probabilities.reduce(
    (worst, value, at) => Math.max(worst, Math.abs(value - expected[at])),
    0,
  );
  if (!(maxAbsDifference <= parityTolerance))
    throw new RatchetError(
      'export_differs',
      `The exported model's probabilities differ from the trainer's by ${maxAbsDifference} where ${parityTolerance} is allowed`,
      { maxAbsDifference, tolerance: parityTolerance },
    );
  const { parameters, flops } = describeModel(model, input, classes.length);
  const goldens: Goldens = {
    count,
    images: Buffer.from(images).toString('base64'),
    probabilities: Array.from({ length: count }, (_, at) => [
      ...probabilities.subarray(at * classes.length, (at + 1) * classes.length),
    ]),
  };
  const manifest: ModelManifest = {
    sha256: createHash('sha256').update(onnx).digest('hex'),
    bytes: onnx.length,
    input,
    classes,
    parameters,
    flops,
    opset,
    goldens,
    maxAbsDifference,
    versions,
  };
  return { onnx, manifest };
}

const goldenBytes = 64 * 1024;

/** A few images, evenly spread over the set: 16, fewer where images are large. */
function goldenImages({ shape, images, labels }: LabelledImages): { count: number; images: Uint8Array } {
  const pixels = shape.height * shape.width * shape.channels;
  const count = Math.max(1, Math.min(16, labels.length, Math.floor(goldenBytes / pixels)));
  const chosen = new Uint8Array(count * pixels);
  for (let at = 0; at < count; at++) {
    const index = Math.floor((at * labels.length) / count);
    chosen.set(images.subarray(index * pixels, (index + 1) * pixels), at * pixels);
  }
  return { count, images: chosen };
}

/** The trainer's own probabilities. */
async function forward(
  { model, input, statistics, strategy, threads }: ExportRequest,
  images: Uint8Array,
  count: number,
): Promise<Float32Array> {
  const { graph, reads } = forwardGraph({ model, input, statistics }, count, strategy);
  const session = await InferenceSession.create(encodeModel(graph), sessionOptions('cpu', threads));
  const tensor = new Tensor('uint8', images, [count, input.height, input.width, input.channels]);
  const weights = reads.map(({ before, initial, shape }) => [before, new Tensor('float32', initial, shape)]);
  const result = await session.run({
    [modelPorts.input]: tensor,
    ...(Object.fromEntries(weights) as Record<string, Tensor>),
  });
  await session.release();
  return result[modelPorts.output].data as Float32Array;
}
