import { div, softmax, type Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ImageShape } from '@ratchet/domain';
import { onnxCode } from '../graph/element-type';
import { foldConstants } from '../graph/constant.folding';
import type { Graph } from '../graph/graph.builder';
import { assemble } from '../graph/graph.passes';
import type { Strategy } from '../strategies/strategy';
import { anyBatch, record, type Recording } from '../tracer/recorder';
import { type ChannelStatistics, standardized } from '../training/standardization';

/** Names of an exported model's ports. */
export const modelPorts = { input: 'images', output: 'probabilities' } as const;

/** A network and what its images go through first. */
export interface Classifier {
  readonly model: LayersModel;
  readonly input: ImageShape;
  readonly statistics?: ChannelStatistics;
}

/** Records the prediction of a classifier: bytes [N,H,W,C] → probabilities [N, classes]. */
function recordPrediction(
  { model, input, statistics }: Classifier,
  batch: number,
  strategy: Strategy,
  freeze: boolean,
): Recording {
  return record(
    (declare) => {
      const pixels = declare('pixels', { shape: [batch, input.height, input.width, input.channels], type: 'float32' });
      const images = standardized(div(pixels, 255), statistics);
      return { probabilities: softmax(model.apply(images, { training: false }) as Tensor) };
    },
    { strategy, freeze, dynamicBatch: batch === anyBatch },
  );
}

function predictionGraph(recording: Recording, input: ImageShape, batch: number | string): Graph {
  const { name, shape } = recording.outputs.probabilities;
  const cast = {
    name: 'pixels',
    op: 'Cast',
    domain: '',
    inputs: [modelPorts.input],
    outputs: ['pixels'],
    attributes: { to: onnxCode('float32') },
  };
  return assemble(
    'classifier',
    {
      nodes: [cast, ...recording.nodes],
      constants: recording.constants,
      inputs: [
        { name: modelPorts.input, type: 'uint8', shape: [batch, input.height, input.width, input.channels] },
        ...recording.reads.map(({ before, shape: size }) => ({ name: before, type: 'float32' as const, shape: size })),
      ],
    },
    [{ port: { name: modelPorts.output, type: 'float32', shape: [batch, shape[1]] }, value: name }],
  );
}

/** The graph to export: weights inside, any batch. */
export const exportGraph = (classifier: Classifier, strategy: Strategy): Graph =>
  foldConstants(predictionGraph(recordPrediction(classifier, anyBatch, strategy, true), classifier.input, 'N'));

/** The trainer's own forward pass: weights as inputs, nothing folded, a fixed batch; what an export is held against. */
export function forwardGraph(classifier: Classifier, batch: number, strategy: Strategy) {
  const recording = recordPrediction(classifier, batch, strategy, false);
  return { graph: predictionGraph(recording, classifier.input, batch), reads: recording.reads };
}
