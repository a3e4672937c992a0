import type { DeviceName, DeviceReport } from '@ratchet/engine';
import type { CheckpointRecord, EpochReport, GatedCandidate, TrialOrder, TrialStart } from '@ratchet/database';
import type { FailureCause, GateOutcome, MetricPoint } from '@ratchet/domain';

/** What a child is told to do. Ids, names and settings: bytes go through the object store or the scratch directory. */
export interface RunOrder extends TrialOrder {
  /** Where the trial can go on from, newest first. */
  readonly checkpoints: readonly CheckpointRecord[];
  /** The first of them that works is taken. */
  readonly devices: readonly DeviceName[];
  readonly threads: number;
  /** Bytes that the trials of this trainer share. */
  readonly memory: number;
  /** Of this run alone; the parent removes it. */
  readonly scratchDirectory: string;
  /** Shared by all runs on this machine. */
  readonly packDirectory: string;
  readonly packBytes: number;
}

/** What a child asks its parent, who alone talks to the database, and what it is answered. */
export interface Questions {
  /** Answered once the trainer's other trials leave that much; asked once, before anything else. */
  memory: { ask: { bytes: number }; answer: null };
  /** May be asked once, before anything below. */
  started: { ask: TrialStart; answer: null };
  epoch: { ask: EpochReport; answer: null };
  checkpoint: { ask: { record: CheckpointRecord; bestStep: number | null }; answer: null };
  /** Is this validation accuracy the task's best, strictly? */
  claim: { ask: { validationAccuracy: number }; answer: boolean };
  /** The predictions lie in a file, one byte a gate image. */
  candidate: {
    ask: { candidate: Omit<GatedCandidate, 'predictions'>; predictionsFile: string };
    answer: { outcome: GateOutcome; reason: string };
  };
}
export type Question = { [K in keyof Questions]: { about: K; content: Questions[K]['ask'] } }[keyof Questions];

export type Ending =
  | { readonly kind: 'completed'; readonly weightsDigest: string }
  /** As told; a checkpoint was written. */
  | { readonly kind: 'stopped' }
  /** Trying again would end the same way. */
  | { readonly kind: 'failed'; readonly cause: FailureCause }
  /** Something unforeseen, or a service that did not answer: worth another try. */
  | { readonly kind: 'broken'; readonly cause: FailureCause };

export interface LogLine {
  readonly at: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** What this machine can compute trials on. */
export interface ComputeDescription {
  readonly reports: readonly DeviceReport[];
  readonly versions: Readonly<Record<string, string>>;
}

export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'described'; readonly description: ComputeDescription }
  | { readonly type: 'measured'; readonly report: DeviceReport }
  | { readonly type: 'log'; readonly line: LogLine }
  | { readonly type: 'progress'; readonly step: number; readonly points: readonly MetricPoint[] }
  | ({ readonly type: 'question'; readonly id: number } & Question)
  | { readonly type: 'ended'; readonly ending: Ending };

export type ParentMessage =
  | { readonly type: 'describe'; readonly devices: readonly DeviceName[] }
  | { readonly type: 'measure'; readonly device: DeviceName; readonly threads: number }
  | { readonly type: 'run'; readonly order: RunOrder }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string }
  /** Write a checkpoint and end. */
  | { readonly type: 'stop' };
