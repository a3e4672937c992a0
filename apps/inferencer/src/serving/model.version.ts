import type { DesiredDeployment, ImageShape } from '@ratchet/domain';

/**
 * One loaded model as requests see it. A request holds a reference from admission to its answer; after `retire` the
 * version is drained once the last reference is gone.
 */
export class ModelVersion {
  readonly taskId: string;
  readonly task: string;
  readonly digest: string;
  readonly input: ImageShape;
  readonly classes: readonly string[];
  /** Bytes of one image. */
  readonly imageBytes: number;
  /** Rises when a newer deployment orders the same digest again. */
  generation: number;
  /** Its batches wait until nobody else needs a thread. */
  background = false;
  private references = 0;
  private onDrained: (() => void) | null = null;

  constructor(
    /** How the compute threads call it. */
    readonly serial: number,
    deployment: DesiredDeployment,
    /** From the order to the first request it served. */
    readonly swapMs: number,
  ) {
    this.taskId = deployment.taskId;
    this.task = deployment.task;
    this.digest = deployment.digest;
    this.generation = deployment.generation;
    this.input = deployment.input;
    this.classes = deployment.classes;
    this.imageBytes = this.input.height * this.input.width * this.input.channels;
  }

  get inUse(): number {
    return this.references;
  }

  acquire(): void {
    this.references++;
  }

  release(): void {
    this.references--;
    if (this.references === 0 && this.onDrained) this.onDrained();
  }

  /**
   * No request is admitted any more. Resolves to true when the last reference is gone, or to false after
   * `deadlineMs`, when what is still running is given up.
   */
  async retire(deadlineMs: number): Promise<boolean> {
    if (this.references === 0) return true;
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), deadlineMs);
      this.onDrained = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
