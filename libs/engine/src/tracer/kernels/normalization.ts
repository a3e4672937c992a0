import type { Emitter } from '../emitter';
import type { Kernel, KernelTable } from '../kernel';
import type { Value } from '../value';
import { reduce } from './reduction';

const rsqrt = (emit: Emitter, variance: Value, epsilon: unknown) =>
  emit.elementwise('Reciprocal', [
    emit.elementwise('Sqrt', [emit.elementwise('Add', [variance, emit.filled(epsilon as number, [])])]),
  ]);

/** Normalisation by given statistics, as one scale and one shift. */
const fusedBatchNorm: Kernel = ({ inputs: { x, mean, variance, scale, offset }, attributes, emit }) => {
  const inverse = rsqrt(emit, variance, attributes.varianceEpsilon);
  const slope = scale ? emit.elementwise('Mul', [scale, inverse]) : inverse;
  const centre = emit.elementwise('Mul', [mean, slope]);
  const shift = offset ? emit.elementwise('Sub', [offset, centre]) : emit.elementwise('Neg', [centre]);
  return emit.elementwise('Add', [emit.elementwise('Mul', [x, slope]), shift]);
};

const exceptLast = (x: Value): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

/**
 * Batch normalization over all axes but the last (Ioffe & Szegedy 2015) with this batch's statistics.
 * Answers [y, mean, biased variance]. Gradient: `BatchNormTrainingGrad`.
 */
const batchNormTraining: Kernel = ({ inputs: { x, gamma, beta }, attributes, emit }) => {
  const axes = exceptLast(x);
  const mean = reduce(emit, 'ReduceMean', x, axes, false);
  const centred = emit.elementwise('Sub', [x, mean]);
  const variance = reduce(emit, 'ReduceMean', emit.elementwise('Mul', [centred, centred]), axes, false);
  const slope = emit.elementwise('Mul', [gamma, rsqrt(emit, variance, attributes.epsilon)]);
  return [emit.elementwise('Add', [emit.elementwise('Mul', [centred, slope]), beta]), mean, variance];
};

/**
 * With M elements per channel, x̂ = (x − mean)·rstd: dβ = Σ dy, dγ = Σ dy·x̂, and
 * dx = γ·rstd·(dy − dβ/M − x̂·dγ/M), written as a·dy + b·x + c so that it takes two passes over the images.
 */
const batchNormTrainingGrad: Kernel = ({ inputs: { dy, x, gamma, mean, variance }, attributes, emit }) => {
  const axes = exceptLast(x);
  const count = emit.filled(x.size / x.shape[x.rank - 1], []);
  const rstd = rsqrt(emit, variance, attributes.epsilon);
  const mul = (a: Value, b: Value) => emit.elementwise('Mul', [a, b]);
  const centred = emit.elementwise('Sub', [x, mean]);
  const betaGrad = reduce(emit, 'ReduceSum', dy, axes, false);
  const gammaGrad = mul(reduce(emit, 'ReduceSum', mul(dy, centred), axes, false), rstd);
  const slope = mul(gamma, rstd);
  const perCentred = emit.elementwise('Neg', [emit.elementwise('Div', [mul(mul(slope, rstd), gammaGrad), count])]);
  const constant = emit.elementwise('Neg', [emit.elementwise('Div', [mul(slope, betaGrad), count])]);
  const dx = emit.elementwise('Add', [emit.elementwise('Add', [mul(dy, slope), mul(centred, perCentred)]), constant]);
  return [dx, gammaGrad, betaGrad];
};

export const normalizationKernels: KernelTable = {
  FusedBatchNorm: fusedBatchNorm,
  BatchNormTraining: batchNormTraining,
  BatchNormTrainingGrad: batchNormTrainingGrad,
};
