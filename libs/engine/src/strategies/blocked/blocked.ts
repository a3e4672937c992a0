import type { KernelRefinement } from '../../tracer/kernel';
import { refineKernels } from '../../tracer/kernel';
import { channelsFirst } from '../../tracer/layout';
import { batchNormTraining, batchNormTrainingGrad, slopesInFilters } from '../channelwise.normalization';
import { processorKernels } from '../processor/processor';
import type { Strategy } from '../strategy';
import { backpropInput, convolve } from './blocked.convolution';
import { depthwise, depthwiseBackpropFilter, depthwiseBackpropInput } from './blocked.depthwise';
import { backpropFilter } from './blocked.filter.gradient';
import { blockedMath } from './blocked.channel.sums';
import { addInConvolution, reluInConvolution } from './blocked.fusion';
import { blockedLayout, type BlockSize } from './blocked.layout';
import { backpropAveragePool, backpropMaxPool, maskBeforePoolGrad, pool } from './blocked.pooling';
import { reduceImages } from './blocked.reduction';

/**
 * For x86 processors: image tensors stay in blocks of channels, on operators that ONNX Runtime keeps for its own
 * optimizer. Where a shape does not suit (channels that the block does not divide, odd strides), the processor's
 * standard kernel takes over for that operation. Whether a runtime has these operators, `cpuStrategy` finds out.
 */
export function blocked(block: BlockSize): Strategy {
  const layout = blockedLayout(block);
  const math = blockedMath(layout);
  const refinements: Record<string, KernelRefinement> = {
    Conv2D: convolve(layout),
    FusedConv2D: convolve(layout),
    Conv2DBackpropInput: backpropInput(layout),
    Conv2DBackpropFilter: backpropFilter(layout),
    DepthwiseConv2dNative: depthwise(layout),
    FusedDepthwiseConv2D: depthwise(layout),
    DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput(layout),
    DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter(layout),
    Add: addInConvolution(layout),
    Relu: reluInConvolution(layout),
    Multiply: maskBeforePoolGrad(layout),
    MaxPool: pool('MaxPool', layout),
    MaxPoolGrad: backpropMaxPool(layout),
    AvgPool: pool('AveragePool', layout),
    AvgPoolGrad: backpropAveragePool(layout),
    Sum: reduceImages('sum', layout),
    Mean: reduceImages('mean', layout),
    BatchNormTraining: batchNormTraining(math),
    BatchNormTrainingGrad: batchNormTrainingGrad(math),
  };
  return {
    name: layout.id,
    kernels: slopesInFilters(refineKernels(processorKernels, refinements)),
    layouts: [layout, channelsFirst],
  };
}
