import { existsSync } from 'node:fs';
import { InferenceSession } from 'onnxruntime-node';
import { GraphBuilder } from '../graph/graph.builder';
import { encodeModel } from '../graph/model.encoder';
import { type OnnxProvider, sessionOptions } from './onnxruntime.session';

/** Whether something can be used here, and why (not). */
export interface Availability {
  readonly available: boolean;
  readonly reason: string;
}

const yes = (reason: string): Availability => ({ available: true, reason });
const no = (reason: string): Availability => ({ available: false, reason });

/** Whether ONNX Runtime opens a session on `provider`. Nothing but trying tells. */
export async function providerAvailability(provider: Exclude<OnnxProvider, 'cpu'>): Promise<Availability> {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [1]);
  const y = graph.node('Abs', [x]);
  const { nodes, constants, inputs } = graph;
  const outputs = [{ name: y, type: 'float32' as const, shape: [1] }];
  const model = encodeModel({ name: 'trial', nodes, constants, inputs, outputs });
  try {
    const session = await InferenceSession.create(model, { ...sessionOptions(provider, 1), logSeverityLevel: 4 });
    await session.release();
    return yes(`ONNX Runtime's ${provider} provider opens a session`);
  } catch (error) {
    const cause = (error as Error).message.replace(/\s+/g, ' ').replace(/^.* was false\. /, '');
    return no(`ONNX Runtime's ${provider} provider does not start: ${cause.slice(0, 200).trim()}`);
  }
}

/** Device files of graphics processors on Linux; elsewhere one is taken for granted. */
const graphicsFiles = ['/dev/nvidia0', '/dev/dri/renderD128', '/dev/dxg', '/dev/kfd'];

/** A graphics processor proper, as opposed to a program that plays one on the CPU. */
export const hasGraphicsProcessor = (): boolean =>
  process.platform !== 'linux' || graphicsFiles.some((file) => existsSync(file));
