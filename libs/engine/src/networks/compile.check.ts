import { defaultHyperparameters, type ImageShape } from '@ratchet/domain';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { portable } from '../strategies/portable';
import { trainingProgram } from '../training/program';
import { recordStep } from '../training/step.recording';

/**
 * Records one training step, forward and backward, without running it: what cannot be compiled is refused when a
 * network is registered, not when its first trial starts.
 */
export function compileCheck(model: LayersModel, input: ImageShape, classes: number): void {
  const pixels = input.height * input.width * input.channels;
  const program = trainingProgram(
    model,
    { ...defaultHyperparameters, optimizer: 'sgd', momentum: 0, batchSize: 2 },
    { shape: input, classes, images: new Uint8Array(2 * pixels), labels: new Uint8Array(2) },
  );
  try {
    recordStep(program, portable);
  } finally {
    program.dispose();
  }
}
