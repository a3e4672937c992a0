import type { ModelVersion } from '../serving/model.version';

export const serverMetadata = {
  name: 'ratchet-inferencer',
  version: '0.1.0',
  extensions: ['binary_tensor_data', 'classify', 'model_repository'],
} as const;

/** The protocol's description of a model; what goes beyond it stands under `parameters`. */
export function modelMetadata({ task, generation, digest, input, classes }: ModelVersion) {
  return {
    name: task,
    versions: [String(generation)],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'images', datatype: 'UINT8', shape: [-1, input.height, input.width, input.channels] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, classes.length] }],
    parameters: { digest, generation, classes },
  };
}
