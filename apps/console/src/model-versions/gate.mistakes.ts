import { z } from 'zod';
import { sha256 } from '@ratchet/contracts';

export const gateMistakes = z.array(z.object({ sha256, file: z.string(), actual: z.int(), predicted: z.int() }));
export type GateMistake = z.infer<typeof gateMistakes>[number];

/** A cell of a confusion matrix off its diagonal. */
export interface Mix {
  readonly actual: number;
  readonly predicted: number;
}

/** Images that `candidate` gets right and `champion` wrong, and the other way round, from what each gets wrong. */
export function decidingImages(candidate: readonly GateMistake[], champion: readonly GateMistake[]) {
  const without = (these: readonly GateMistake[], those: readonly GateMistake[]) => {
    const known = new Set(those.map((mistake) => mistake.sha256));
    return these.filter((mistake) => !known.has(mistake.sha256));
  };
  return { gained: without(champion, candidate), lost: without(candidate, champion) };
}

export const ofMix = (mistakes: readonly GateMistake[], mix: Mix | null): readonly GateMistake[] =>
  mix ? mistakes.filter((m) => m.actual === mix.actual && m.predicted === mix.predicted) : mistakes;
