import type { KernelRefinement } from '../tracer/kernel';
import { refineKernels } from '../tracer/kernel';
import { standardKernels } from '../tracer/kernels';
import { channelsFirst } from '../tracer/layout';
import { Value } from '../tracer/value';
import type { Strategy } from '../strategies/strategy';

const convolutions: Readonly<Record<string, string>> = {
  Conv2D: 'FusedConv2D',
  FusedConv2D: 'FusedConv2D',
  DepthwiseConv2dNative: 'FusedDepthwiseConv2D',
  FusedDepthwiseConv2D: 'FusedDepthwiseConv2D',
};

const element = (value: Value, at: number) => (value.constant!.length === 1 ? value.constant![0] : value.constant![at]);

/**
 * Batch normalization right after a convolution is one more scale and shift per channel, which the convolution's own
 * weights can carry: w' = w·γ/√(σ²+ε), b' = (b − μ)·γ/√(σ²+ε) + β.
 */
const foldIntoConvolution: KernelRefinement = ({ inputs, attributes, emit }) => {
  const { x, mean, variance, scale, offset } = inputs;
  const { origin } = x;
  const kernel = origin && convolutions[origin.kernel];
  if (!kernel || (origin.attributes.activation ?? 'linear') !== 'linear') return undefined;
  const { filter, bias } = origin.inputs;
  const parameters = [filter, bias, mean, variance, scale, offset].filter((value) => value !== undefined);
  if (parameters.some((value) => !value.constant)) return undefined;
  const channels = x.shape[3];
  const epsilon = attributes.varianceEpsilon as number;
  const slope = Float64Array.from(
    { length: channels },
    (_, at) => (scale ? element(scale, at) : 1) / Math.sqrt(element(variance, at) + epsilon),
  );
  const shift = Float32Array.from(
    slope,
    (factor, at) => ((bias ? element(bias, at) : 0) - element(mean, at)) * factor + (offset ? element(offset, at) : 0),
  );
  const weights = Float32Array.from({ length: filter.size }, (_, at) => element(filter, at) * slope[at % channels]);
  return emit.strategy.kernels[kernel]({
    inputs: {
      x: origin.inputs.x,
      filter: new Value(filter.shape, 'float32', weights),
      bias: new Value([channels], 'float32', shift),
    },
    attributes: origin.attributes,
    emit,
  });
};

/** What is exported: standard operators, with batch normalization folded into the convolutions before it. */
export const inference: Strategy = {
  name: 'inference',
  kernels: refineKernels(standardKernels, { FusedBatchNorm: foldIntoConvolution }),
  layouts: [channelsFirst],
};
