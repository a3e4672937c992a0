/** Input a network is built against: images of `height` × `width` × `channels` bytes (1 = grey, 3 = RGB). */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** An architecture as registered. Immutable: a change is a new network version. */
export type NetworkSpec =
  | { readonly kind: 'zoo'; readonly name: string; readonly args: Readonly<Record<string, number | boolean | string>> }
  | { readonly kind: 'keras'; readonly model: unknown };

export interface LayerDescription {
  readonly name: string;
  readonly type: string;
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** Multiply-adds counted as two operations, one image, forward pass. */
  readonly flops: number;
}

/** What a registration shows before anyone trains: the layer table and its sums. */
export interface NetworkDescription {
  readonly input: ImageShape;
  readonly classes: number;
  readonly layers: readonly LayerDescription[];
  readonly parameters: number;
  readonly flops: number;
}
