import type { DesiredDeployment } from '@ratchet/domain';
import type { CachedArtifact } from './artifact.cache';

/** What the inferencer tells the process that prepares models. */
export type PreparerRequest =
  | {
      readonly type: 'prepare';
      readonly job: number;
      readonly order: DesiredDeployment;
      /** Of the artifact cache. */
      readonly directory: string;
      /** Threads ONNX Runtime may use inside one run. */
      readonly threads: number;
    }
  /** Nobody waits for the job any more. It is answered all the same. */
  | { readonly type: 'abandon'; readonly job: number };

export type PreparerAnswer =
  | { readonly job: number; readonly ok: true; readonly artifact: CachedArtifact }
  | { readonly job: number; readonly ok: false; readonly code: string; readonly message: string };
