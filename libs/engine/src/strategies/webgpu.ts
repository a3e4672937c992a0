import { type KernelRefinement, refineKernels } from '../tracer/kernel';
import { standardKernels } from '../tracer/kernels';
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

const widen =
  (kernel: string, input: 'x' | 'dy', filterAxis: 2 | 3): KernelRefinement =>
  ({ inputs, attributes, emit }) => {
    const x = inputs[input];
    const extra = missing(x.shape[3]);
    if (extra === 0) return undefined;
    const wider = pad(emit, x, [unpadded, unpadded, unpadded, [0, extra]]);
    const filter = pad(
      emit,
      inputs.filter,
      [0, 1, 2, 3].map((axis) => (axis === filterAxis ? ([0, extra] as const) : unpadded)),
    );
    return standardKernels[kernel]({ inputs: { ...inputs, [input]: wider, filter }, attributes, emit });
  };

/** Standard operators, kept clear of what the WebGPU provider gets wrong. */
export const webgpu: Strategy = {
  ...portable,
  name: 'webgpu',
  kernels: refineKernels(standardKernels, {
    Conv2D: widen('Conv2D', 'x', 2),
    FusedConv2D: widen('FusedConv2D', 'x', 2),
    Conv2DBackpropInput: widen('Conv2DBackpropInput', 'dy', 3),
  }),
};
