import { type KernelTable, mergeKernels } from '../kernel';
import { activationKernels } from './activation';
import { convolutionKernels } from './convolution';
import { creationKernels } from './creation';
import { depthwiseKernels } from './depthwise';
import { elementwiseKernels } from './elementwise';
import { matmulKernels } from './matmul';
import { normalizationKernels } from './normalization';
import { poolingKernels } from './pooling';
import { reductionKernels } from './reduction';
import { resizeKernels } from './resize';
import { shapeKernels } from './shape';

/** Every operation the engine compiles, in standard ONNX operators. */
export const standardKernels: KernelTable = mergeKernels(
  activationKernels,
  convolutionKernels,
  creationKernels,
  depthwiseKernels,
  elementwiseKernels,
  matmulKernels,
  normalizationKernels,
  poolingKernels,
  reductionKernels,
  resizeKernels,
  shapeKernels,
);
