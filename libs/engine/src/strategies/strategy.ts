import type { KernelTable } from '../tracer/kernel';
import type { Layout } from '../tracer/layout';
import type { Graph } from '../graph/graph.builder';

/**
 * How tfjs's kernels become ONNX nodes. A strategy chooses formulations; it never changes what is computed, and every
 * strategy passes the same tests. `portable` emits standard operators that run on every device; others may refine it
 * for one device (`refineKernels`): `processor` with standard operators too, `blocked` with the runtime's own.
 */
export interface Strategy {
  readonly name: string;
  readonly kernels: KernelTable;
  /** Layouts element-wise kernels may stay in, most wanted first. The logical one is always possible and not listed. */
  readonly layouts: readonly Layout[];
  /** A last look at the recorded body before it is encoded (fusions the runtime does not do itself). */
  readonly finish?: (graph: Graph) => Graph;
}
