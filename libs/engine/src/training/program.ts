import {
  addN,
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
  type Tensor4D,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Hyperparameters, learningRateAt } from '@ratchet/domain';
import { augment, checkAugmentation } from './augmentation';
import { batchFeeds, type LabelledImages } from './batch.feeds';
import type { Feed, Take } from './feed';
import { shapeGradients } from './gradient';
import { prepareLayers } from './layer.preparation';
import { classWeights, crossEntropy, targetsOf } from './loss';
import { mix } from './mixing';
import { createOptimizer } from './optimizer';
import { withDraws } from './random.draws';
import { channelStatistics, type ChannelStatistics, standardized } from './standardization';
import { weightAverage } from './weight.average';

/** One training step and everything it carries from step to step. Runs as plain tfjs, and records as a graph. */
export interface TrainingProgram {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** What images are standardised by before the network sees them, if they are. */
  readonly statistics?: ChannelStatistics;
  /** Weights, statistics, slots and averages by names that stay the same from one build to the next. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** One step: assigns new values to the variables, gives the mean loss and the number of images classified rightly. */
  step(take: Take): { loss: Scalar; correct: Scalar };
  /** Frees what the program made; the model is its maker's. */
  dispose(): void;
}

/** Builds the step that trains `model` (which ends in logits) on `data` by `h`. */
export function trainingProgram(model: LayersModel, h: Hyperparameters, data: LabelledImages): TrainingProgram {
  checkAugmentation(h, data.shape.height, data.shape.width);
  prepareLayers(model);
  const batches = batchFeeds(data, h);
  const statistics = h.standardize ? channelStatistics(data) : undefined;
  const importance = classWeights(h, data.labels, data.classes);
  const trained = model.trainableWeights.map((weight) => weight.read() as Variable);
  const all = model.weights.map((weight) => weight.read() as Variable);
  const optimizer = createOptimizer(trained, h);
  const average = weightAverage(all, h.emaDecay);
  const learningRate: Feed = {
    name: 'learningRate',
    shape: [],
    type: 'float32',
    fill: (target, step) => void (target[0] = learningRateAt(h, step, batches.stepsPerEpoch)),
  };

  /** What the network is shown and what it should answer. */
  const examples = (take: Take) => {
    const labels = take(batches.labels) as Tensor1D;
    const images = standardized(augment(div(take(batches.images), 255) as Tensor4D, h), statistics);
    return { labels, ...mix({ images, targets: targetsOf(labels, h, data.classes) }, h) };
  };

  const step = (take: Take) =>
    tidy(() =>
      withDraws(take, h.seed, () => {
        const { labels, images, targets } = examples(take);
        let correct: Scalar | undefined;
        const { value: loss, grads } = variableGrads(() => {
          const logits = model.apply(images, { training: true }) as Tensor2D;
          correct = keep(sum(cast(equal(argMax(logits, 1), labels), 'float32')) as Scalar);
          return addN([crossEntropy(logits, targets, importance), ...model.calculateLosses()]) as Scalar;
        }, trained);
        const gradients = trained.map((weight) => ({ weight, gradient: grads[weight.name] as Tensor }));
        optimizer.apply(shapeGradients(gradients, h), take(learningRate) as Scalar);
        average.update(take);
        const counted = clone(correct!);
        correct!.dispose();
        return { loss, correct: counted };
      }),
    );

  const slots = Object.entries(optimizer.slots).map(([name, slot]): [string, Variable] => [`slot/${name}`, slot]);
  const numbered = (kind: string, variables: readonly Variable[]) =>
    variables.map((variable, index): [string, Variable] => [`${kind}/${index}`, variable]);
  return {
    batchSize: batches.batchSize,
    stepsPerEpoch: batches.stepsPerEpoch,
    statistics,
    variables: new Map([...numbered('weight', all), ...numbered('average', average.averages), ...slots]),
    step,
    dispose: () => [...Object.values(optimizer.slots), ...average.averages].forEach((variable) => variable.dispose()),
  };
}
