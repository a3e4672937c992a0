export const splits = ['train', 'validation', 'gate'] as const;
export type Split = (typeof splits)[number];

/** One row of a dataset version's manifest. */
export interface ManifestEntry {
  readonly sha256: string;
  /** Index into the version's ordered class list. */
  readonly class: number;
  readonly split: Split;
  /** What must not be divided between splits; the image's own SHA-256 where no groups were given. */
  readonly group: string;
  readonly file: string;
}

export const importStates = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type ImportState = (typeof importStates)[number];

/** Shares of the images per split; they sum to 1. */
export type SplitShares = Readonly<Record<Split, number>>;
export const defaultShares: SplitShares = { train: 0.7, validation: 0.15, gate: 0.15 };
