import type { ChallengeTerms } from './challenge';
import type { ImageShape } from './network';

/** The desired state of one task's fleet. A higher generation always wins. */
export interface DesiredDeployment {
  readonly taskId: string;
  /** The task's name: how clients address the model. */
  readonly task: string;
  readonly generation: number;
  /** SHA-256 of the ONNX file, which lies in the object store under `objectKeys.model(digest)`. */
  readonly digest: string;
  readonly bytes: number;
  readonly classes: readonly string[];
  readonly input: ImageShape;
  /** Comes and goes without a new generation of the champion. */
  readonly challenger?: DesiredChallenger;
}

/** A second model of the same task, on trial beside the champion. */
export interface DesiredChallenger extends ChallengeTerms {
  /** The challenge under which its figures are reported. */
  readonly challengeId: string;
  /** Of the challenger's own deployment. */
  readonly generation: number;
  readonly digest: string;
  readonly bytes: number;
}

/** Golden inputs and outputs that a loaded model must reproduce before it serves. */
export interface Goldens {
  readonly count: number;
  /** Base64 of uint8 `[count, height, width, channels]`. */
  readonly images: string;
  /** `[count][classes]`. */
  readonly probabilities: readonly (readonly number[])[];
}

/** Beside every ONNX file: what it is and how to check it. */
export interface ModelManifest {
  readonly sha256: string;
  readonly bytes: number;
  readonly input: ImageShape;
  readonly classes: readonly string[];
  readonly parameters: number;
  readonly flops: number;
  readonly opset: number;
  readonly goldens: Goldens;
  /** Largest absolute difference of probabilities between the trainer and the exported file. */
  readonly maxAbsDifference: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** LOADING → SERVING → DRAINING → gone; FAILED keeps whatever served before. */
export const modelServingStates = ['LOADING', 'SERVING', 'DRAINING', 'FAILED'] as const;
export type ModelServingState = (typeof modelServingStates)[number];

/** What an inferencer says of one task's model in a heartbeat. */
export interface ServedModel {
  readonly task: string;
  readonly digest: string;
  readonly generation: number;
  readonly state: ModelServingState;
  /** Why loading failed, in one sentence. */
  readonly error?: string;
  readonly swapMs?: number;
  /** Of a challenger; a champion has none. */
  readonly challenge?: ChallengeTerms;
}
