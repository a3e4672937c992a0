import type { ImageShape, NetworkDescription, NetworkSpec } from '@ratchet/domain';
import type { ZooEntryView } from '@ratchet/contracts';

export type DescribeRequest =
  | { readonly kind: 'describe'; readonly spec: NetworkSpec; readonly input: ImageShape; readonly classes: number }
  | { readonly kind: 'zoo' };

/** A refusal carries the fields of the domain error, so that it is the same error on the other side. */
export type DescribeReply =
  | { readonly description: NetworkDescription }
  | { readonly zoo: ZooEntryView[] }
  | {
      readonly refusal: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> };
    };
