import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { openServingModel, type ServingModel } from '@ratchet/engine';
import { objectKeys, RatchetError, type ImageShape, type ModelManifest, type ObjectStore } from '@ratchet/domain';
import type { LabelledPack } from './training.data';

const WARM_UP_RUNS = 5;
const TIMED_RUNS = 31;
/** The serving runtime repeats the goldens of its own export to the last digits; another machine's may differ a little. */
const GOLDEN_TOLERANCE = 1e-4;

/** What was measured of an exported file, in the serving runtime. */
export interface CandidateRun {
  readonly predictionsFile: string;
  readonly latencyMs: number;
}

/** Writes the file where it can be loaded from, and checks that it is what the manifest says. */
export async function placeCandidate(
  directory: string,
  { onnx, manifest }: { onnx: Uint8Array; manifest: ModelManifest },
): Promise<string> {
  const digest = createHash('sha256').update(onnx).digest('hex');
  if (digest !== manifest.sha256 || onnx.length !== manifest.bytes)
    throw new RatchetError('corrupt_export', `The exported model is ${digest}, its manifest says ${manifest.sha256}.`);
  const file = path.join(directory, `${digest}.onnx`);
  await fs.writeFile(file, onnx);
  return file;
}

export interface GateRun {
  readonly modelFile: string;
  readonly manifest: ModelManifest;
  readonly gate: LabelledPack;
  /** Images a call: outputs of a model do not depend on it, its memory does. */
  readonly batch: number;
  readonly directory: string;
}

/** Runs the exported file over the gate set, one byte a prediction into a file of `directory`, and times single images. */
export async function runOverGate({ modelFile, manifest, gate, batch, directory }: GateRun): Promise<CandidateRun> {
  const model = await openServingModel(modelFile, { threads: 1 });
  try {
    await checkGoldens(model, manifest);
    const bytes = imageBytes(manifest.input);
    const predictions = new Uint8Array(gate.labels.length);
    for (let first = 0; first < predictions.length; first += batch) {
      const count = Math.min(batch, predictions.length - first);
      const images = gate.images.subarray(first * bytes, (first + count) * bytes);
      const probabilities = await model.run(images, count);
      for (let i = 0; i < count; i++)
        predictions[first + i] = argMax(probabilities, i * manifest.classes.length, manifest.classes.length);
    }
    const predictionsFile = path.join(directory, `${randomUUID()}.predictions`);
    await fs.writeFile(predictionsFile, predictions);
    return { predictionsFile, latencyMs: await medianLatency(model, gate, bytes) };
  } finally {
    await model.dispose();
  }
}

/** Under its SHA-256; the manifest goes last, so that whoever finds a manifest finds the file. */
export async function publishCandidate(store: ObjectStore, onnx: Uint8Array, manifest: ModelManifest): Promise<void> {
  await store.put(objectKeys.model(manifest.sha256), onnx, { size: onnx.length });
  const text = Buffer.from(JSON.stringify(manifest));
  await store.put(objectKeys.modelManifest(manifest.sha256), text, { size: text.length });
}

async function checkGoldens(model: ServingModel, { goldens, classes }: ModelManifest): Promise<void> {
  const answers = await model.run(Buffer.from(goldens.images, 'base64'), goldens.count);
  goldens.probabilities.forEach((expected, i) =>
    expected.forEach((probability, c) => {
      const difference = Math.abs(probability - answers[i * classes.length + c]);
      if (!(difference <= GOLDEN_TOLERANCE))
        throw new RatchetError(
          'corrupt_export',
          `The exported model answers its golden image ${i} with a probability that is off by ${difference}.`,
        );
    }),
  );
}

async function medianLatency(model: ServingModel, gate: LabelledPack, bytes: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < WARM_UP_RUNS + TIMED_RUNS; run++) {
    const at = (run % gate.labels.length) * bytes;
    const startedAt = performance.now();
    await model.run(gate.images.subarray(at, at + bytes), 1);
    if (run >= WARM_UP_RUNS) times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[TIMED_RUNS >> 1];
}

const imageBytes = ({ height, width, channels }: ImageShape) => height * width * channels;

function argMax(values: ArrayLike<number>, first: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[first + i] > values[first + best]) best = i;
  return best;
}
