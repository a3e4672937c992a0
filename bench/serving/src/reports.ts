import type { Cut } from './live.stack';
import type { OutagePhase } from './outages';
import type { Machine } from './record';

export interface OutagesReport {
  readonly date: string;
  readonly machine: Machine;
  readonly seconds: number;
  readonly how: Cut;
  readonly objectStore: string;
  readonly inferencers: number;
  readonly phases: readonly OutagePhase[];
}

export interface DeploysReport {
  readonly date: string;
  readonly machine: Machine;
  readonly deployments: number;
  readonly modelBytes: number;
  readonly inferencers: number;
  readonly runs: readonly DeploysRun[];
}

/** Milliseconds. */
export interface DeploysRun {
  readonly while: string;
  readonly goalMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly worstMs: number;
  readonly millis: readonly number[];
  readonly requests: number;
  readonly failures: number;
  readonly p99: number;
}
