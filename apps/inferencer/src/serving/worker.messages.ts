import type { ImageShape } from '@ratchet/domain';

/** One model as a compute thread loads it. `serial` names it within this process; a reload gets a new one. */
export interface LoadableModel {
  readonly serial: number;
  readonly path: string;
  readonly input: ImageShape;
  readonly classes: number;
  /** Threads ONNX Runtime may use inside one run. */
  readonly threads: number;
}

/** What the I/O thread asks of a thread that runs models. Every request is answered once, with its `job`. */
export type RunnerRequest =
  | { readonly job: number; readonly type: 'load'; readonly model: LoadableModel }
  | { readonly job: number; readonly type: 'unload'; readonly serial: number }
  /** `images` is uint8 `[count, height, width, channels]`; its memory is handed over. */
  | {
      readonly job: number;
      readonly type: 'run';
      readonly serial: number;
      readonly images: Uint8Array;
      readonly count: number;
    };

/** What the I/O thread asks of a thread that turns requests into pixels. */
export type DecoderRequest =
  /** An encoded image of any accepted format → its pixels in `shape`. */
  | { readonly job: number; readonly type: 'decode'; readonly encoded: Uint8Array; readonly shape: ImageShape }
  /** A JSON inference request too large for the I/O thread to parse. */
  | {
      readonly job: number;
      readonly type: 'parse';
      readonly body: Uint8Array;
      readonly shape: ImageShape;
      readonly mostImages: number;
    }
  /** Numbers of a gRPC request, too many for the I/O thread, → `expected` bytes. */
  | { readonly job: number; readonly type: 'unpack'; readonly contents: Uint8Array; readonly expected: number };
export type ComputeRequest = RunnerRequest | DecoderRequest;

/** `fault`: the sender's input is to blame ('input') or something here is ('compute'). */
export type ComputeAnswer =
  | { readonly job: number; readonly ok: true; readonly value: unknown; readonly micros: number }
  | { readonly job: number; readonly ok: false; readonly fault: 'input' | 'compute'; readonly message: string };
