import { RatchetError } from '@ratchet/domain';

/** The artifact is not what was ordered or not safe to load. `damaged`: its files on this disk are to blame. */
export class ArtifactRefused extends RatchetError {
  constructor(
    message: string,
    readonly damaged = false,
  ) {
    super('artifact_refused', message);
  }
}
