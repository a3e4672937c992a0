import type { ServingModel } from '../serving.model';
import type { LabelledImages } from './batch.feeds';

export interface Evaluation {
  /** Mean cross-entropy, without smoothing or weights. */
  readonly loss: number;
  readonly accuracy: number;
  /** Predicted class per image, in order. */
  readonly predictions: Uint8Array | Uint16Array;
  /** `[actual][predicted]` counts. */
  readonly confusion: number[][];
}

/**
 * Classifies every image of `data` by the model as it would be served, `batch` at a time: what a model keeps in memory
 * grows with it, what it answers does not depend on it.
 */
export async function evaluateModel(model: ServingModel, data: LabelledImages, batch: number): Promise<Evaluation> {
  const { shape, labels, classes } = data;
  const pixels = shape.height * shape.width * shape.channels;
  const predictions = classes > 256 ? new Uint16Array(labels.length) : new Uint8Array(labels.length);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let loss = 0;
  let hits = 0;
  for (let first = 0; first < labels.length; first += batch) {
    const count = Math.min(batch, labels.length - first);
    const probabilities = await model.run(data.images.subarray(first * pixels, (first + count) * pixels), count);
    for (let at = 0; at < count; at++) {
      const row = probabilities.subarray(at * classes, (at + 1) * classes);
      const actual = labels[first + at];
      const predicted = row.indexOf(Math.max(...row));
      predictions[first + at] = predicted;
      confusion[actual][predicted]++;
      loss -= Math.log(Math.max(row[actual], 1e-12));
      if (predicted === actual) hits++;
    }
  }
  const count = Math.max(1, labels.length);
  return { loss: loss / count, accuracy: hits / count, predictions, confusion };
}
