import { InvalidInput } from '@ratchet/domain';
import { encodeModel } from '../graph/model.encoder';
import type { Strategy } from '../strategies/strategy';
import { record, type Recording } from '../tracer/recorder';
import type { Feed } from './feed';
import { loopGraph } from './loop.graph';
import type { TrainingProgram } from './program';

export interface CompiledStep {
  readonly recording: Recording;
  readonly feeds: readonly Feed[];
  /** The ONNX file of the training loop. */
  readonly model: Uint8Array;
}

/**
 * Compiles a program's step. It is recorded twice: whatever JavaScript drew or counted while recording would differ
 * between the two and be frozen into the loop, so a difference is refused.
 */
export function compileStep(program: TrainingProgram, strategy: Strategy): CompiledStep {
  const once = recordStep(program, strategy);
  const again = recordStep(program, strategy);
  if (Buffer.compare(once.model, again.model) !== 0)
    throw new InvalidInput(
      'network',
      'draws random numbers or counts in a way that cannot be compiled: two recordings of its step differ',
    );
  return once;
}

export function recordStep(program: TrainingProgram, strategy: Strategy): CompiledStep {
  const feeds: Feed[] = [];
  const recording = record(
    (declare) => {
      return program.step((feed) => {
        feeds.push(feed);
        return declare(feed.name, { shape: feed.shape, type: feed.type === 'int32' ? 'int32' : 'float32' });
      });
    },
    { strategy },
  );
  const graph = loopGraph(recording, feeds);
  return { recording, feeds, model: encodeModel(strategy.finish?.(graph) ?? graph) };
}
