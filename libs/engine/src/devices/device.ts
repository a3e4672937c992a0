import type { TrainingProgram } from '../training/program';

/** What a run of steps reported, one entry per step done; shorter than asked if a loss was not finite. */
export interface StepMetrics {
  readonly losses: Float32Array;
  readonly correct: Float32Array;
}

/** A program under way on a device. Holds the state between runs. */
export interface TrainingRunner {
  /** Does steps `first` … `first + count − 1`. Blocks its thread. */
  run(first: number, count: number): Promise<StepMetrics>;
  /** Values of the program's variables, by name. */
  read(): ReadonlyMap<string, Float32Array>;
  /** Replaces them. */
  write(values: ReadonlyMap<string, Float32Array>): void;
  dispose(): Promise<void>;
}

/** Where training runs. */
export interface Device {
  readonly name: string;
  open(program: TrainingProgram): Promise<TrainingRunner>;
}
