import type { ImageShape } from '@ratchet/domain';

/** What a probe child is to check. */
export interface ProbeOrder {
  readonly modelPath: string;
  readonly manifestPath: string;
  readonly digest: string;
  readonly input: ImageShape;
  readonly classes: readonly string[];
  readonly threads: number;
}

export type ProbeReport =
  | { readonly ok: true; readonly maxAbsDifference: number; readonly millisPerImage: number }
  | { readonly ok: false; readonly message: string };
