import type { Emitter } from './emitter';
import type { Value } from './value';

/** A tfjs kernel call as a kernel sees it. Inputs that tfjs passes as a list come as `0`, `1`, …, in order. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly emit: Emitter;
}

/** A pure function from a call to the values it computes; all it may do besides is append nodes through `emit`. */
export type Kernel = (call: KernelCall) => Value | Value[];

export type KernelTable = Readonly<Record<string, Kernel>>;

/** Joins tables of kernels; a kernel named twice is a mistake. */
export function mergeKernels(...tables: readonly KernelTable[]): KernelTable {
  const merged: Record<string, Kernel> = {};
  for (const table of tables)
    for (const [name, kernel] of Object.entries(table)) {
      if (merged[name]) throw new Error(`Kernel '${name}' is defined twice`);
      merged[name] = kernel;
    }
  return merged;
}

/** A faster way for some calls: answers undefined where it does not apply, and the kernel below takes over. */
export type KernelRefinement = (call: KernelCall) => Value | Value[] | undefined;

/** `table` with refinements laid over it; refining a kernel that is not there is a mistake. */
export function refineKernels(
  table: KernelTable,
  refinements: Readonly<Record<string, KernelRefinement>>,
): KernelTable {
  const refined: Record<string, Kernel> = { ...table };
  for (const [name, refinement] of Object.entries(refinements)) {
    const below = table[name];
    if (!below) throw new Error(`Kernel '${name}' cannot be refined: there is none`);
    refined[name] = (call) => refinement(call) ?? below(call);
  }
  return refined;
}
