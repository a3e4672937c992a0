import { type KernelCall, type KernelRefinement, refineKernels } from '../tracer/kernel';
import { standardKernels } from '../tracer/kernels';
import { convInfo } from '../tracer/kernels/convolution';
import { maxPoolGradWith } from '../tracer/kernels/pooling';
import { pad } from '../tracer/kernels/shape';
import type { Strategy } from './strategy';
import { portable } from './portable';

/**
 * ONNX Runtime 1.30 computes convolutions wrongly on WebGPU where the input's channels are a multiple of three but not
 * of four (6, 9, 15, …; 3 itself is right): measured errors as large as the results. Such inputs are widened with zero
 * channels to the next multiple of four.
 */
const missing = (channels: number): number => (channels > 3 && channels % 3 === 0 ? (4 - (channels % 4)) % 4 : 0);

const unpadded = [0, 0] as const;

/**
 * It also forgets the padding below and to the right of an image no larger than the kernel where there is none above
 * and to the left. Answers that padding (bottom, right), to be added beforehand.
 */
function forgotten({ inputs: { x, filter }, attributes }: KernelCall): [bottom: number, right: number] {
  const { inHeight, inWidth, filterHeight, filterWidth, padInfo } = convInfo(x.shape, filter.shape, attributes);
  const asLarge = inHeight === filterHeight && inWidth === filterWidth;
  return asLarge && padInfo.top === 0 && padInfo.left === 0 ? [padInfo.bottom, padInfo.right] : [0, 0];
}

const convolve =
  (kernel: 'Conv2D' | 'FusedConv2D'): KernelRefinement =>
  (call) => {
    const { inputs, attributes, emit } = call;
    const extra = missing(inputs.x.shape[3]);
    const [bottom, right] = forgotten(call);
    if (extra + bottom + right === 0) return undefined;
    const x = pad(emit, inputs.x, [unpadded, [0, bottom], [0, right], [0, extra]]);
    const filter = pad(emit, inputs.filter, [unpadded, unpadded, [0, extra], unpadded]);
    const rest = bottom + right === 0 ? attributes : { ...attributes, pad: 'valid' };
    return standardKernels[kernel]({ inputs: { ...inputs, x, filter }, attributes: rest, emit });
  };

const backpropInput: KernelRefinement = ({ inputs, attributes, emit }) => {
  const extra = missing(inputs.dy.shape[3]);
  if (extra === 0) return undefined;
  const last = [0, extra] as const;
  const [dy, filter] = [inputs.dy, inputs.filter].map((value) =>
    pad(emit, value, [unpadded, unpadded, unpadded, last]),
  );
  return standardKernels.Conv2DBackpropInput({ inputs: { ...inputs, dy, filter }, attributes, emit });
};

/**
 * It computes transposed convolutions of several groups wrongly as well, where each group makes one channel of an even
 * number of channels: 12 of 12 such shapes tried, and none of 168 others. Such groups are given one more channel, of
 * zeros.
 */
const odd = (channels: number): number => channels + 1 - (channels % 2);

const depthwiseBackpropInput: KernelRefinement = ({ inputs, attributes, emit }) => {
  const { dy, filter } = inputs;
  const [batch, height, width] = dy.shape;
  const [, , channels, multiplier] = filter.shape;
  const extra = odd(multiplier) - multiplier;
  if (channels === 1 || extra === 0) return undefined;
  const grouped = emit.reshaped(dy, [batch, height, width, channels, multiplier]);
  const last = [0, extra] as const;
  const wider = emit.reshaped(pad(emit, grouped, [unpadded, unpadded, unpadded, unpadded, last]), [
    batch,
    height,
    width,
    channels * (multiplier + extra),
  ]);
  const padded = { ...inputs, dy: wider, filter: pad(emit, filter, [unpadded, unpadded, unpadded, last]) };
  return standardKernels.DepthwiseConv2dNativeBackpropInput({ inputs: padded, attributes, emit });
};

/** Standard operators, kept clear of what the WebGPU provider gets wrong. */
export const webgpu: Strategy = {
  ...portable,
  name: 'webgpu',
  kernels: refineKernels(standardKernels, {
    Conv2D: convolve('Conv2D'),
    FusedConv2D: convolve('FusedConv2D'),
    Conv2DBackpropInput: backpropInput,
    DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
    MaxPoolGrad: maxPoolGradWith(odd),
  }),
};
