import { InvalidInput } from '@ratchet/domain';
import { buildNetwork } from '../networks/network.builder';
import { portable } from '../strategies/portable';
import { type Feed, type FeedArray, valuesOf } from './feed';
import { trainingProgram } from './program';
import type { TrainingOptions } from './session';
import type { ChannelStatistics } from './standardization';
import { recordStep } from './step.recording';

/** A training in plain numbers: what it starts from and what every step is given. */
export interface TrainingTranscript {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /**
   * Initial weights, row-major: those that are trained in the order of the layers, then the statistics. Kernels of
   * convolutions are [height, width, in, out], those of dense layers [in, out]; images are [batch, height, width, channels].
   */
  readonly weights: readonly { readonly shape: readonly number[]; readonly values: Float32Array }[];
  /** What images are standardised by after the draws have moved them, if they are. */
  readonly statistics?: ChannelStatistics;
  /** Images, labels, learning rate and random draws, by name, with the shape of one step's. */
  readonly feeds: readonly Pick<Feed, 'name' | 'shape' | 'type'>[];
  /** What step `step` (from 0) is given as feed `name`. */
  given(name: string, step: number): FeedArray;
}

/**
 * What `openTraining` would do with the same options, for whoever trains the same network in another framework and
 * compares. Throws InvalidInput as `openTraining` does.
 */
export async function transcribeTraining(
  options: Pick<TrainingOptions, 'network' | 'input' | 'classes' | 'hyperparameters' | 'train'>,
): Promise<TrainingTranscript> {
  const { network, input, classes, hyperparameters: h, train } = options;
  const model = await buildNetwork(network, input, classes.length, h.seed);
  const program = trainingProgram(model, h, { shape: input, classes: classes.length, ...train });
  const { feeds } = recordStep(program, portable);
  const weights = model.weights.map((weight) => ({
    shape: weight.shape as number[],
    values: weight.read().dataSync().slice() as Float32Array,
  }));
  program.dispose();
  model.dispose();
  const byName = new Map(feeds.map((feed) => [feed.name, feed]));
  return {
    stepsPerEpoch: program.stepsPerEpoch,
    totalSteps: program.stepsPerEpoch * h.epochs,
    statistics: program.statistics,
    weights,
    feeds: feeds.map(({ name, shape, type }) => ({ name, shape, type })),
    given: (name, step) => {
      const feed = byName.get(name);
      if (!feed)
        throw new InvalidInput('name', `no feed is called '${name}'; there are ${[...byName.keys()].join(', ')}`);
      return valuesOf(feed, step);
    },
  };
}
