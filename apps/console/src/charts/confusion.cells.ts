/** `[predicted, actual, share of the actual class, count]`, as a heat map wants it; actual classes from top to bottom. */
export type ConfusionCell = [x: number, y: number, share: number, count: number];

export function confusionCells(matrix: readonly (readonly number[])[]): ConfusionCell[] {
  return matrix.flatMap((row, actual) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((count, predicted): ConfusionCell => [predicted, actual, total ? count / total : 0, count]);
  });
}

export interface Mistake {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  /** Of the actual class. */
  readonly share: number;
}

/** The most frequent mistakes, the commonest first; of equal ones the lower class first. */
export function topMistakes(matrix: readonly (readonly number[])[], limit: number): Mistake[] {
  return confusionCells(matrix)
    .filter(([predicted, actual, , count]) => predicted !== actual && count > 0)
    .map(([predicted, actual, share, count]) => ({ actual, predicted, count, share }))
    .sort((a, b) => b.count - a.count || a.actual - b.actual || a.predicted - b.predicted)
    .slice(0, limit);
}

export interface ClassQuality {
  readonly images: number;
  /** Of the images of the class, how many were found; null without images. */
  readonly recall: number | null;
  /** Of the images called so, how many were; null where none was. */
  readonly precision: number | null;
}

export function classQualities(matrix: readonly (readonly number[])[]): ClassQuality[] {
  return matrix.map((row, c) => {
    const images = row.reduce((a, b) => a + b, 0);
    const called = matrix.reduce((sum, r) => sum + r[c], 0);
    return { images, recall: images ? row[c] / images : null, precision: called ? row[c] / called : null };
  });
}
