import {
  engine,
  getKernelsForBackend,
  registerBackend,
  registerKernel,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { InvalidInput, RatchetError } from '@ratchet/domain';
import '../tfjs.setup';
import type { GraphConstant, GraphNode, GraphPort } from '../graph/graph.builder';
import type { Strategy } from '../strategies/strategy';
import { Emitter } from './emitter';
import { currentLayer } from './layer.scope';
import { RecorderBackend, recorderName } from './recorder.backend';
import { Value, type ValueType } from './value';

/** A variable the recorded program assigned: carried from one run to the next. */
export interface StateEntry extends VariableEntry {
  /** Name that holds its value after the program ran. */
  readonly after: string;
}

export interface VariableEntry {
  readonly variable: Variable;
  readonly shape: readonly number[];
  /** Graph input holding its value before the program ran. */
  readonly before: string;
  /** Its value when the recording was made. */
  readonly initial: Float32Array;
}

/** What a function of tensors did, as nodes. Inputs that nothing read are still listed. */
export interface Recording {
  readonly inputs: readonly GraphPort[];
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
  /** Variables that were assigned. */
  readonly state: readonly StateEntry[];
  /** Variables that were merely read, by graph input. */
  readonly reads: readonly VariableEntry[];
  /** Names of the values the function returned. */
  readonly outputs: Readonly<Record<string, { readonly name: string; readonly shape: readonly number[] }>>;
}

export interface InputPort {
  readonly shape: readonly number[];
  readonly type: ValueType;
}

export interface RecordingOptions {
  readonly strategy: Strategy;
  /**
   * Records a program for any batch: run it with `anyBatch` images, and reshapes are written so that the first axis
   * keeps whatever size it has.
   */
  readonly dynamicBatch?: boolean;
  /** Freeze variables into constants (export) instead of turning them into inputs. */
  readonly freeze?: boolean;
}

/** Declares an input of the program being recorded and gives the tensor that stands for it. */
export type DeclareInput = (name: string, port: InputPort) => Tensor;

let emitter: Emitter | undefined;

/** Stands for the batch while a program for any batch is recorded: a prime no layer's own sizes are multiples of. */
export const anyBatch = 7919;

/**
 * Runs `program` once on the recorder backend and returns the graph of what it did. Every tfjs variable it assigned
 * is state, every one it read an input; their values are as before when this returns. Synchronous throughout, so
 * recordings cannot mix. Throws InvalidInput, naming the layer, for an operation that has no kernel.
 */
export function record(
  program: (declare: DeclareInput) => Record<string, Tensor>,
  options: RecordingOptions,
): Recording {
  registerRecorder(options.strategy);
  const tf = engine();
  const previousBackend = tf.backendName ?? 'cpu';
  const variables = Object.values(tf.state.registeredVariables as Record<string, Variable>);
  void setBackend('cpu');
  const initial = variables.map((variable) => variable.dataSync().slice() as Float32Array);
  void setBackend(recorderName);
  const emit = (emitter = new Emitter(options.strategy, options.dynamicBatch ? anyBatch : undefined));
  let recording: Recording | undefined;
  try {
    tidy(() => {
      const inputs: GraphPort[] = [];
      const declare: DeclareInput = (name, { shape, type }) => {
        inputs.push({ name, type, shape });
        return tensorOf(emit.input(name, shape, type));
      };
      const bound = variables.map((variable, index) => {
        const value = options.freeze
          ? new Value([...variable.shape], 'float32', initial[index])
          : emit.input(`variable${index}`, variable.shape);
        variable.assign(tensorOf(value));
        return value;
      });
      const results = program(declare);
      const entries = variables.map((variable, index) => ({
        variable,
        shape: variable.shape as readonly number[],
        before: `variable${index}`,
        initial: initial[index],
      }));
      const assigned = (index: number) => variables[index].dataId !== bound[index];
      const outputs = Object.entries(results).map(([name, result]) => [
        name,
        { name: nameOf(emit, result), shape: result.shape },
      ]);
      const state = entries.flatMap((entry, index) =>
        assigned(index) ? [{ ...entry, after: nameOf(emit, entry.variable) }] : [],
      );
      const read = new Set(emit.graph.nodes.flatMap((node) => node.inputs));
      recording = {
        inputs,
        nodes: emit.graph.nodes,
        constants: emit.graph.constants,
        state,
        reads: options.freeze ? [] : entries.filter((entry, index) => !assigned(index) && read.has(entry.before)),
        outputs: Object.fromEntries(outputs),
      };
    });
    return recording!;
  } catch (error) {
    throw withLayer(error);
  } finally {
    emitter = undefined;
    void setBackend('cpu');
    variables.forEach((variable, index) => {
      const restored = tensor(initial[index], variable.shape);
      variable.assign(restored);
      restored.dispose();
    });
    void setBackend(previousBackend);
  }
}

const backend = () => engine().backend as RecorderBackend;

const tensorOf = (value: Value): Tensor =>
  engine().makeTensorFromTensorInfo({ dataId: value, shape: [...value.shape], dtype: value.type });

const nameOf = (emit: Emitter, from: Tensor): string => emit.name(backend().value(from));

const registered = new Set<string>();

/** Makes tfjs send every kernel's calls to the table of the strategy at work; those it lacks are refused there. */
function registerRecorder(strategy: Strategy): void {
  if (!engine().registryFactory[recorderName]) registerBackend(recorderName, () => new RecorderBackend(), 0);
  const known = getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  for (const kernelName of [...known, ...Object.keys(strategy.kernels)]) {
    if (registered.has(kernelName)) continue;
    registered.add(kernelName);
    registerKernel({
      kernelName,
      backendName: recorderName,
      kernelFunc: ({ inputs, attrs }) => {
        const results = call(kernelName, inputs as Record<string, Tensor>, attrs ?? {});
        const infos = results.map((value) => ({ dataId: value, shape: [...value.shape], dtype: value.type }));
        return infos.length === 1 ? infos[0] : infos;
      },
    });
  }
}

function call(kernelName: string, tensors: Record<string, Tensor>, attributes: object): Value[] {
  const emit = emitter!;
  const given = Object.entries(tensors).filter(([, input]) => input !== undefined && input !== null);
  const inputs = Object.fromEntries(given.map(([name, input]) => [name, backend().value(input)]));
  const layer = currentLayer() || Object.values(inputs).find((value) => value.layer)?.layer || '';
  emit.graph.scope = layer;
  const kernel = emit.strategy.kernels[kernelName];
  if (!kernel)
    throw refusal(layer, `uses the operation '${kernelName}', which the engine cannot compile`, {
      operation: kernelName,
    });
  const result = kernel({ inputs, attributes: { ...attributes }, emit });
  const results = Array.isArray(result) ? result : [result];
  for (const value of results) {
    if (Object.values(inputs).includes(value)) value.references++;
    else {
      value.origin ??= { kernel: kernelName, inputs, attributes: { ...attributes } };
      value.layer ||= layer;
    }
  }
  return results;
}

const refusal = (layer: string, message: string, details: object = {}) =>
  new InvalidInput(layer ? `layer ${layer}` : 'network', `${message}. Replace it by a supported layer.`, {
    layer,
    ...details,
  });

/** A complaint of tfjs, in the words of the domain and with the layer it arose in. */
function withLayer(error: unknown): unknown {
  if (error instanceof RatchetError || !(error instanceof Error)) return error;
  const failed = refusal(currentLayer.last(), `cannot be compiled: ${error.message.trim()}`);
  failed.cause = error;
  return failed;
}
