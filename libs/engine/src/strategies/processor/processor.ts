import { refineKernels } from '../../tracer/kernel';
import { channelsFirst } from '../../tracer/layout';
import { batchNormTraining, batchNormTrainingGrad, slopesInFilters } from '../channelwise.normalization';
import { portable } from '../portable';
import type { Strategy } from '../strategy';
import { planes } from './processor.channel.math';
import { backpropFilter } from './processor.filter.gradient';

/** The kernels as they are where no slope has to go into filters. */
export const processorKernels = refineKernels(portable.kernels, {
  Conv2DBackpropFilter: backpropFilter,
  BatchNormTraining: batchNormTraining(planes),
  BatchNormTrainingGrad: batchNormTrainingGrad(planes),
});

/**
 * Standard operators, as `portable`, but where there is a choice in the formulation that ONNX Runtime's processor
 * kernels run fastest. Right on a GPU too, but not made for one: convolutions with few, very long sums.
 */
export const processor: Strategy = {
  name: 'processor',
  kernels: slopesInFilters(processorKernels),
  layouts: [channelsFirst],
};
