import { z } from 'zod';
import {
  classWeightings,
  gridSize,
  optimizers,
  schedules,
  type HyperparameterGrid,
  type HyperparameterName,
} from '@ratchet/domain';
import { description, id, timestamp, title } from './primitives';

/** One schema per hyperparameter: its range is written here and nowhere else. */
export const hyperparameterFields = {
  optimizer: z.enum(optimizers),
  learningRate: z.number().gt(0).max(10),
  momentum: z.number().min(0).lt(1),
  nesterov: z.boolean(),
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  rho: z.number().min(0).lt(1),
  epsilon: z.number().gt(0).max(1),
  schedule: z.enum(schedules),
  warmupEpochs: z.number().min(0).max(1000),
  stepEpochs: z.number().gt(0).max(1000),
  stepFactor: z.number().gt(0).max(1),
  batchSize: z.int().min(1).max(4096),
  epochs: z.int().min(1).max(10_000),
  weightDecay: z.number().min(0).max(1),
  labelSmoothing: z.number().min(0).lt(1),
  classWeights: z.enum(classWeightings),
  clipNorm: z.number().min(0).max(1e6),
  emaDecay: z.number().min(0).lt(1),
  mixup: z.number().min(0).max(10),
  cutmix: z.number().min(0).max(10),
  flipHorizontal: z.boolean(),
  flipVertical: z.boolean(),
  rotate90: z.boolean(),
  shift: z.number().min(0).max(0.5),
  brightness: z.number().min(0).max(1),
  contrast: z.number().min(0).max(1),
  noise: z.number().min(0).max(1),
  standardize: z.boolean(),
  earlyStopping: z.int().min(0).max(10_000),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
} satisfies Record<HyperparameterName, z.ZodType>;

export const hyperparameters = z.strictObject(hyperparameterFields);

const oneOrMany = <T extends z.ZodType>(field: T) => z.union([field, z.array(field).min(1).max(64)]);
type GridShape = {
  [K in HyperparameterName]: z.ZodOptional<
    z.ZodUnion<[(typeof hyperparameterFields)[K], z.ZodArray<(typeof hyperparameterFields)[K]>]>
  >;
};

export const maxGridSize = 1000;
export const hyperparameterGrid = z
  .strictObject(
    Object.fromEntries(
      Object.entries(hyperparameterFields).map(([name, field]) => [name, oneOrMany(field).optional()]),
    ) as GridShape,
  )
  .refine((grid) => gridSize(grid as HyperparameterGrid) <= maxGridSize, {
    message: `stands for more than ${maxGridSize} combinations; split it into several sets`,
  });

export const hyperparameterSetCreate = z.strictObject({ name: title, description, grid: hyperparameterGrid });
export const hyperparameterSet = z.object({
  id,
  name: z.string(),
  description: z.string(),
  grid: z.record(z.string(), z.unknown()),
  combinations: z.int(),
  createdAt: timestamp,
});
export type HyperparameterSetView = z.infer<typeof hyperparameterSet>;
