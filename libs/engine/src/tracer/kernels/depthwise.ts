import type { Kernel, KernelCall, KernelTable } from '../kernel';
import { channelsFirst } from '../layout';
import type { Value } from '../value';
import { convInfo, fused, geometry, padsOf } from './convolution';

/** HWCM → [C·M,1,kh,kw], the weights of a grouped ONNX convolution. */
const groupedWeights = ({ inputs: { filter }, emit }: KernelCall): string => {
  const [height, width, channels, multiplier] = filter.shape;
  return emit.graph.reshape(emit.graph.transpose(emit.name(filter), [2, 3, 0, 1]), [
    channels * multiplier,
    1,
    height,
    width,
  ]);
};

function convolve(call: KernelCall): Value {
  const {
    inputs: { x, filter, bias },
    attributes,
    emit,
  } = call;
  const info = convInfo(x.shape, filter.shape, attributes, true);
  const inputs = [emit.name(x, channelsFirst), groupedWeights(call), ...(bias ? [emit.name(bias)] : [])];
  const name = emit.graph.node('Conv', inputs, { ...geometry(info), group: filter.shape[2] });
  return emit.value(name, info.outShape, 'float32', channelsFirst);
}

const backpropInput: Kernel = (call) => {
  const {
    inputs: { dy, filter },
    attributes,
    emit,
  } = call;
  const inputShape = attributes.inputShape as number[];
  const info = convInfo(inputShape, filter.shape, attributes, true);
  const [kernelHeight, kernelWidth] = filter.shape;
  const { top, left, bottom, right } = info.padInfo;
  const reach = (out: number, stride: number, kernel: number, dilation: number) =>
    (out - 1) * stride + (kernel - 1) * dilation + 1;
  const name = emit.graph.node('ConvTranspose', [emit.name(dy, channelsFirst), groupedWeights(call)], {
    ...geometry(info),
    group: filter.shape[2],
    output_padding: [
      inputShape[1] - reach(dy.shape[1], info.strideHeight, kernelHeight, info.dilationHeight) + top + bottom,
      inputShape[2] - reach(dy.shape[2], info.strideWidth, kernelWidth, info.dilationWidth) + left + right,
    ],
  });
  return emit.value(name, inputShape, 'float32', channelsFirst);
};

/** Gradient by the filter: every (image, channel) plane convolved with its own gradient plane, summed over images. */
const backpropFilter: Kernel = ({ inputs: { x, dy }, attributes, emit }) => {
  const filterShape = attributes.filterShape as number[];
  const info = convInfo(x.shape, filterShape, attributes, true);
  const [kernelHeight, kernelWidth, channels, multiplier] = filterShape;
  const [batch, height, width] = x.shape;
  const [, outHeight, outWidth] = dy.shape;
  const { graph } = emit;
  const [top, left, bottom, right] = padsOf(info);
  const planes = graph.reshape(emit.name(x, channelsFirst), [1, batch * channels, height, width]);
  const gradients = graph.reshape(emit.name(dy, channelsFirst), [
    batch * channels * multiplier,
    1,
    outHeight,
    outWidth,
  ]);
  const dotted = graph.node('Conv', [planes, gradients], {
    pads: [top, left, bottom, right],
    dilations: [info.strideHeight, info.strideWidth],
    strides: [info.dilationHeight, info.dilationWidth],
    group: batch * channels,
  });
  const cropped = graph.node('Slice', [
    dotted,
    graph.ints(0, 0),
    graph.ints(kernelHeight, kernelWidth),
    graph.ints(2, 3),
  ]);
  const shaped = graph.reshape(cropped, [batch, channels, multiplier, kernelHeight, kernelWidth]);
  const summed = graph.node('ReduceSum', [shaped, graph.ints(0)], { keepdims: 0 });
  return emit.value(graph.transpose(summed, [2, 3, 0, 1]), filterShape);
};

export const depthwiseKernels: KernelTable = {
  DepthwiseConv2dNative: convolve,
  FusedDepthwiseConv2D: fused(convolve),
  DepthwiseConv2dNativeBackpropInput: backpropInput,
  DepthwiseConv2dNativeBackpropFilter: backpropFilter,
};
