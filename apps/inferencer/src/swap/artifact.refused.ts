import { RatchetError } from '@ratchet/domain';

/** The artifact is not what was ordered, or not safe to load. */
export class ArtifactRefused extends RatchetError {
  constructor(message: string) {
    super('artifact_refused', message);
  }
}
