import {
  argMax,
  cast,
  clone,
  div,
  equal,
  keep,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Hyperparameters, learningRateAt } from '@ratchet/domain';
import { announceLayers } from './layer.preparation';
import { batchFeeds, type LabelledImages } from './batch.feeds';
import type { Feed, Take } from './feed';
import { crossEntropy } from './loss';
import { createOptimizer } from './optimizer';

/** One training step and everything it carries from step to step. Runs as plain tfjs, and records as a graph. */
export interface TrainingProgram {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** Weights, statistics, slots and averages by names that stay the same from one build to the next. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** One step: assigns new values to the variables, gives the mean loss and the number of images classified rightly. */
  step(take: Take): { loss: Scalar; correct: Scalar };
  /** Frees what the program made; the model is its maker's. */
  dispose(): void;
}

/** Builds the step that trains `model` (which ends in logits) on `data` by `h`. */
export function trainingProgram(model: LayersModel, h: Hyperparameters, data: LabelledImages): TrainingProgram {
  const { images, labels, batchSize, stepsPerEpoch } = batchFeeds(data, h);
  const weights = model.trainableWeights.map((weight) => weight.read() as Variable);
  const optimizer = createOptimizer(weights, h);
  const learningRate: Feed = {
    name: 'learningRate',
    shape: [],
    type: 'float32',
    fill: (target, step) => void (target[0] = learningRateAt(h, step, stepsPerEpoch)),
  };
  announceLayers(model);

  const step = (take: Take) =>
    tidy(() => {
      const pixels = div(take(images), 255);
      const classes = take(labels) as Tensor1D;
      let correct: Scalar | undefined;
      const { value: loss, grads } = variableGrads(() => {
        const logits = model.apply(pixels, { training: true }) as Tensor2D;
        correct = keep(sum(cast(equal(argMax(logits, 1), classes), 'float32')) as Scalar);
        return crossEntropy(logits, classes, h, data.classes);
      }, weights);
      optimizer.apply(
        weights.map((weight) => ({ weight, gradient: grads[weight.name] as Tensor })),
        take(learningRate) as Scalar,
      );
      const counted = clone(correct!);
      correct!.dispose();
      return { loss, correct: counted };
    });

  const named = model.weights.map((weight, index): [string, Variable] => [
    `weight/${index}`,
    weight.read() as Variable,
  ]);
  const slots = Object.entries(optimizer.slots).map(([name, slot]): [string, Variable] => [`slot/${name}`, slot]);
  return {
    batchSize,
    stepsPerEpoch,
    variables: new Map([...named, ...slots]),
    step,
    dispose: () => slots.forEach(([, slot]) => slot.dispose()),
  };
}
