import type { LoadFigures } from './closed.loop';

/** One server, one model, one number of connections: a figure per round. */
export interface Cell {
  readonly server: string;
  readonly model: string;
  readonly connections: number;
  readonly rounds: readonly Measured[];
}

export interface Measured extends LoadFigures {
  /** Processor time of the server, user and system, for one request, in microseconds. */
  readonly cpuMicros: number;
}

export interface Results {
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, string>>;
  readonly cells: readonly Cell[];
  /** Images a second of onnxruntime alone, per model. */
  readonly limits: Readonly<Record<string, number>>;
  readonly missing: readonly { readonly peer: string; readonly reason: string }[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
export const perSecond = (cell: Cell) => median(cell.rounds.map((round) => round.perSecond));
export const p99 = (cell: Cell) => median(cell.rounds.map((round) => round.p99));
export const cpuMicros = (cell: Cell) => median(cell.rounds.map((round) => round.cpuMicros));
export const failures = (cell: Cell) => cell.rounds.reduce((sum, round) => sum + round.failures, 0);

export interface Goal {
  readonly goal: string;
  /** null: the peer was not measured. */
  readonly ratio: number | null;
  readonly met: boolean | null;
}

const isOurs = (id: string) => id.startsWith('ratchet');

/** Ratios to the best Python peer and to the limit; ratios are taken round by round, then the median of them. */
export function goals({ cells, models, limits }: Results): Goal[] {
  const found: Goal[] = [];
  const at = (model: string, connections: number) =>
    cells.filter((c) => c.model === model && c.connections === connections);
  const ratio = (ours: Cell, theirs: Cell) =>
    median(ours.rounds.map((round, i) => round.perSecond / theirs.rounds[i].perSecond));
  for (const model of Object.keys(models)) {
    for (const connections of [8, 64]) {
      const here = at(model, connections);
      const best = (some: readonly Cell[]) => [...some].sort((a, b) => perSecond(b) - perSecond(a)).at(0);
      const ours = best(here.filter((c) => isOurs(c.server)));
      const peers = here.filter((c) => !isOurs(c.server) && c.server !== 'pytriton');
      const peer = best(peers);
      const triton = here.find((c) => c.server === 'pytriton');
      if (!ours) continue;
      if (model !== '224') {
        const value = peer ? ratio(ours, peer) : null;
        found.push({
          goal: `${model}, ${connections} connections: ≥ 2.5 × the best Python peer`,
          ratio: value,
          met: value === null ? null : value >= 2.5,
        });
        const toTriton = triton ? ratio(ours, triton) : null;
        found.push({
          goal: `${model}, ${connections} connections: ≥ 1 × PyTriton`,
          ratio: toTriton,
          met: toTriton === null ? null : toTriton >= 1,
        });
        const lowest = Math.min(...[...peers, ...(triton ? [triton] : [])].map(p99));
        found.push({
          goal: `${model}, ${connections} connections: p99 below every peer's`,
          ratio: p99(ours) / lowest,
          met: p99(ours) < lowest,
        });
      } else if (limits[model]) {
        const value = perSecond(ours) / limits[model];
        found.push({
          goal: `${model}, ${connections} connections: ≥ 0.9 × onnxruntime alone`,
          ratio: value,
          met: value >= 0.9,
        });
      }
    }
  }
  return found;
}
