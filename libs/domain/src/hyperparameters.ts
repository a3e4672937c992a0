export const optimizers = ['sgd', 'adam', 'adamw', 'rmsprop'] as const;
export const schedules = ['constant', 'step', 'cosine'] as const;
export const classWeightings = ['none', 'balanced'] as const;

/** One trial's settings: every field has a value. Flat, so that a grid, a table and a form are the same list. */
export interface Hyperparameters {
  readonly optimizer: (typeof optimizers)[number];
  /** Peak learning rate, in (0, 10]. */
  readonly learningRate: number;
  /** sgd and rmsprop, in [0, 1). */
  readonly momentum: number;
  /** sgd only. */
  readonly nesterov: boolean;
  /** adam and adamw. */
  readonly beta1: number;
  readonly beta2: number;
  /** rmsprop's decay of the squared gradient, in [0, 1). */
  readonly rho: number;
  readonly epsilon: number;
  readonly schedule: (typeof schedules)[number];
  /** Linear rise from 0 over this many epochs, before the schedule; may be a fraction. */
  readonly warmupEpochs: number;
  /** step schedule: every so many epochs the rate is multiplied by `stepFactor`. */
  readonly stepEpochs: number;
  readonly stepFactor: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** L2 added to the gradient for sgd, adam and rmsprop; decoupled for adamw (Loshchilov & Hutter 2019). */
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** balanced: a class weighs count(all) / (classes × count(class)). */
  readonly classWeights: (typeof classWeightings)[number];
  /** Global gradient norm limit; 0 = off. */
  readonly clipNorm: number;
  /** Decay of the exponential moving average of the weights that is validated and exported; 0 = off. */
  readonly emaDecay: number;
  /** Beta(α, α) parameter; 0 = off. With `cutmix` on too, each batch is mixed the one way or the other. */
  readonly mixup: number;
  /** Beta(α, α) parameter of the share of an image that stays; 0 = off. */
  readonly cutmix: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  readonly rotate90: boolean;
  /** Largest shift as a fraction of the side, in [0, 0.5]. */
  readonly shift: number;
  /** Largest relative change, in [0, 1]. */
  readonly brightness: number;
  readonly contrast: number;
  /** Standard deviation of added noise in units of full scale, in [0, 1]. */
  readonly noise: number;
  /** Whether pixels are brought to mean 0 and deviation 1, per channel, by the statistics of the training images. */
  readonly standardize: boolean;
  /** Epochs without a better validation accuracy before the trial stops; 0 = never. */
  readonly earlyStopping: number;
  readonly seed: number;
}

export const defaultHyperparameters: Hyperparameters = {
  optimizer: 'adam',
  learningRate: 0.001,
  momentum: 0.9,
  nesterov: false,
  beta1: 0.9,
  beta2: 0.999,
  rho: 0.9,
  epsilon: 1e-7,
  schedule: 'constant',
  warmupEpochs: 0,
  stepEpochs: 10,
  stepFactor: 0.1,
  batchSize: 32,
  epochs: 10,
  weightDecay: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  clipNorm: 0,
  emaDecay: 0,
  mixup: 0,
  cutmix: 0,
  flipHorizontal: false,
  flipVertical: false,
  rotate90: false,
  shift: 0,
  brightness: 0,
  contrast: 0,
  noise: 0,
  standardize: false,
  earlyStopping: 0,
  seed: 1,
};

export type HyperparameterName = keyof Hyperparameters;
type Value = Hyperparameters[HyperparameterName];

/** A registered set: a value or a list per name; names left out take their default. */
export type HyperparameterGrid = {
  readonly [K in HyperparameterName]?: Hyperparameters[K] | readonly Hyperparameters[K][];
};

const names = Object.keys(defaultHyperparameters) as HyperparameterName[];

/** How many trials a grid stands for, without building them. */
export const gridSize = (grid: HyperparameterGrid): number =>
  names.reduce(
    (size, name) => size * (Array.isArray(grid[name]) ? new Set(grid[name] as readonly Value[]).size : 1),
    1,
  );

/** Every combination of a grid's lists, in the order of the names, the last name varying fastest. */
export function expandGrid(grid: HyperparameterGrid): Hyperparameters[] {
  let cells: Record<string, Value>[] = [{}];
  for (const name of names) {
    const given = grid[name] ?? defaultHyperparameters[name];
    const values = Array.isArray(given) ? [...new Set(given as readonly Value[])] : [given as Value];
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value })));
  }
  return cells as unknown as Hyperparameters[];
}

/**
 * Learning rate at `step` (0-based) of a run of `epochs × stepsPerEpoch` steps.
 * Cosine falls to 0 at the last step (Loshchilov & Hutter 2017, without restarts); warm-up is linear and comes first.
 */
export function learningRateAt(h: Hyperparameters, step: number, stepsPerEpoch: number): number {
  const warmup = Math.round(h.warmupEpochs * stepsPerEpoch);
  if (step < warmup) return (h.learningRate * (step + 1)) / warmup;
  if (h.schedule === 'constant') return h.learningRate;
  if (h.schedule === 'step') return h.learningRate * h.stepFactor ** Math.floor(step / (stepsPerEpoch * h.stepEpochs));
  const span = Math.max(1, h.epochs * stepsPerEpoch - warmup);
  return 0.5 * h.learningRate * (1 + Math.cos((Math.PI * Math.min(step - warmup, span)) / span));
}
