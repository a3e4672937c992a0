import { standardKernels } from '../tracer/kernels';
import { channelsFirst } from '../tracer/layout';
import type { Strategy } from './strategy';

/** Standard operators only: correct on every device, and the reference the other strategies are held against. */
export const portable: Strategy = { name: 'portable', kernels: standardKernels, layouts: [channelsFirst] };
