import { expandGrid, type HyperparameterGrid, type Hyperparameters } from '@ratchet/domain';
import { digestOf } from '../digest';

export interface Cell {
  readonly datasetVersionId: string;
  readonly networkVersionId: string;
  readonly hyperparameters: Hyperparameters;
  readonly hyperparametersDigest: string;
  readonly seed: number;
}

/** Every combination of a selection. Settings that occur in several sets are one cell. */
export function cellsOf(
  datasetVersionIds: readonly string[],
  networkVersionIds: readonly string[],
  grids: readonly HyperparameterGrid[],
): Cell[] {
  const settings = new Map<string, Omit<Cell, 'datasetVersionId' | 'networkVersionId'>>();
  for (const hyperparameters of grids.flatMap(expandGrid)) {
    const { seed, ...others } = hyperparameters;
    const hyperparametersDigest = digestOf(others);
    const key = `${hyperparametersDigest}:${seed}`;
    if (!settings.has(key)) settings.set(key, { hyperparameters, hyperparametersDigest, seed });
  }
  return datasetVersionIds.flatMap((datasetVersionId) =>
    networkVersionIds.flatMap((networkVersionId) =>
      [...settings.values()].map((setting) => ({ datasetVersionId, networkVersionId, ...setting })),
    ),
  );
}
