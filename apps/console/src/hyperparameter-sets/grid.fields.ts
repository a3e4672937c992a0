import { classWeightings, optimizers, schedules, type HyperparameterName } from '@ratchet/domain';

export type GridField = {
  readonly name: HyperparameterName;
  readonly label: string;
  readonly hint?: string;
} & (
  | { readonly kind: 'number' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
);

export interface GridGroup {
  readonly title: string;
  readonly fields: readonly GridField[];
}

/** Every hyperparameter in the order in which people think of them. */
export const gridGroups: readonly GridGroup[] = [
  {
    title: 'Optimizer',
    fields: [
      { name: 'optimizer', label: 'Optimizer', kind: 'choice', choices: optimizers },
      { name: 'learningRate', label: 'Learning rate', hint: 'its peak', kind: 'number' },
      { name: 'momentum', label: 'Momentum', hint: 'sgd, rmsprop', kind: 'number' },
      { name: 'nesterov', label: 'Nesterov', hint: 'sgd', kind: 'flag' },
      { name: 'beta1', label: 'Beta 1', hint: 'adam, adamw', kind: 'number' },
      { name: 'beta2', label: 'Beta 2', hint: 'adam, adamw', kind: 'number' },
      { name: 'rho', label: 'Rho', hint: 'rmsprop', kind: 'number' },
      { name: 'epsilon', label: 'Epsilon', kind: 'number' },
    ],
  },
  {
    title: 'Length and schedule',
    fields: [
      { name: 'batchSize', label: 'Batch size', kind: 'number' },
      { name: 'epochs', label: 'Epochs', kind: 'number' },
      { name: 'schedule', label: 'Schedule', kind: 'choice', choices: schedules },
      { name: 'warmupEpochs', label: 'Warm-up, epochs', hint: 'linear rise first', kind: 'number' },
      { name: 'stepEpochs', label: 'Step every, epochs', hint: 'step schedule', kind: 'number' },
      { name: 'stepFactor', label: 'Step factor', hint: 'step schedule', kind: 'number' },
      {
        name: 'earlyStopping',
        label: 'Early stopping, epochs',
        hint: 'without a better accuracy; 0 = never',
        kind: 'number',
      },
      { name: 'seed', label: 'Seed', kind: 'number' },
    ],
  },
  {
    title: 'Regularisation',
    fields: [
      { name: 'weightDecay', label: 'Weight decay', kind: 'number' },
      { name: 'labelSmoothing', label: 'Label smoothing', kind: 'number' },
      { name: 'classWeights', label: 'Class weights', kind: 'choice', choices: classWeightings },
      { name: 'clipNorm', label: 'Gradient norm limit', hint: '0 = off', kind: 'number' },
      { name: 'emaDecay', label: 'Weight averaging decay', hint: '0 = off', kind: 'number' },
      { name: 'mixup', label: 'Mixup alpha', hint: '0 = off', kind: 'number' },
      { name: 'cutmix', label: 'Cutmix alpha', hint: '0 = off', kind: 'number' },
    ],
  },
  {
    title: 'Augmentation',
    fields: [
      { name: 'flipHorizontal', label: 'Flip left-right', kind: 'flag' },
      { name: 'flipVertical', label: 'Flip top-bottom', kind: 'flag' },
      { name: 'rotate90', label: 'Rotate by 90°', kind: 'flag' },
      { name: 'shift', label: 'Shift', hint: 'fraction of the side', kind: 'number' },
      { name: 'brightness', label: 'Brightness', hint: 'largest relative change', kind: 'number' },
      { name: 'contrast', label: 'Contrast', hint: 'largest relative change', kind: 'number' },
      { name: 'noise', label: 'Noise', hint: 'standard deviation, of full scale', kind: 'number' },
      { name: 'standardize', label: 'Standardise pixels', hint: 'by the training images', kind: 'flag' },
    ],
  },
];
