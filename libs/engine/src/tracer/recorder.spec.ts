import { add, cumsum, mul, type Scalar, scalar, sum, type Tensor, variable } from '@tensorflow/tfjs-core';
import { portable } from '../strategies/portable';
import { compileStep } from '../training/step.recording';
import { buildNetwork } from '../networks/network.builder';
import { around } from '../testing/keras.networks';
import { steady, syntheticImages } from '../testing/parity';
import { type TrainingProgram, trainingProgram } from '../training/program';
import { mergeKernels, refineKernels } from './kernel';
import { type DeclareInput, record } from './recorder';

const input = (declare: DeclareInput) => declare('x', { shape: [2], type: 'float32' });
const recorded = (program: (x: Tensor) => Tensor) =>
  record((declare) => ({ y: program(input(declare)) }), { strategy: portable });

describe('a recording', () => {
  test('finds state by what was assigned, and leaves every variable as it was', () => {
    const [counted, read, idle] = [3, 5, 7].map((value) => variable(scalar(value)));
    const { state, reads, inputs } = recorded((x) => {
      counted.assign(add(counted, 1) as Scalar);
      return mul(x, read);
    });
    expect(state.map((entry) => [entry.variable, entry.initial[0]])).toEqual([[counted, 3]]);
    expect(reads.map((entry) => [entry.variable, entry.initial[0]])).toEqual([[read, 5]]);
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect([counted, read, idle].map((each) => each.dataSync()[0])).toEqual([3, 5, 7]);
    [counted, read, idle].forEach((each) => each.dispose());
  });

  test('refuses to be read, and restores what the failed program had changed', () => {
    const changed = variable(scalar(3));
    const program = (x: Tensor) => {
      changed.assign(sum(x) as Scalar);
      return scalar(x.dataSync()[0]);
    };
    expect(() => recorded(program)).toThrow(/was read in JavaScript while 'the step' was being recorded/);
    expect(changed.dataSync()[0]).toBe(3);
    changed.dispose();
  });

  test('refuses an operation without a kernel by its name', () => {
    expect(() => recorded((x) => cumsum(x))).toThrow(/uses the operation 'Cumsum', which the engine cannot compile/);
  });

  test('names the layer whose operation, forward or backward, has no kernel', async () => {
    const network = around(['Activation', { activation: 'elu', name: 'bend' }]);
    const data = syntheticImages({ height: 4, width: 4, channels: 1 }, 3, 4);
    for (const missing of ['Elu', 'EluGrad']) {
      const { [missing]: _missing, ...kernels } = portable.kernels;
      const model = await buildNetwork(network, data.shape, data.classes, 1);
      const program = trainingProgram(model, steady, data);
      const wanted = `layer bend: uses the operation '${missing}', which the engine cannot compile`;
      expect(() => compileStep(program, { ...portable, kernels })).toThrow(wanted);
      program.dispose();
      model.dispose();
    }
  });

  test('writes what is computed twice once, and what nobody needs not at all', () => {
    const { nodes } = recorded((x) => add(mul(x, x), mul(x, x)));
    expect(nodes.map(({ op }) => op)).toEqual(['Mul', 'Add']);
  });

  test('is refused as a training step if JavaScript drew a number in it', () => {
    const program = (draw: () => number): TrainingProgram => ({
      batchSize: 2,
      stepsPerEpoch: 1,
      variables: new Map(),
      step: (take) => {
        const x = take({ name: 'x', shape: [2], type: 'float32', fill: () => {} });
        return { loss: sum(mul(x, draw())) as Scalar, correct: scalar(0) };
      },
      dispose: () => {},
    });
    expect(
      compileStep(
        program(() => 0.5),
        portable,
      ).feeds,
    ).toHaveLength(1);
    expect(() => compileStep(program(Math.random), portable)).toThrow(/two recordings of its step differ/);
  });
});

describe('kernel tables', () => {
  const { Add, Sub } = portable.kernels;

  test('refuse a second kernel of the same name, and a refinement of none', () => {
    expect(() => mergeKernels({ Add }, { Add: Sub })).toThrow("Kernel 'Add' is defined twice");
    expect(() => refineKernels({ Add }, { Sub })).toThrow("Kernel 'Sub' cannot be refined: there is none");
  });
});
