import type { ServableTask } from '@ratchet/database';
import type { ModelIndexEntry } from '@ratchet/grpc';
import type { DirectoryEntry } from '../fleet/fleet.directory';

/** What becomes of a task's model in the fleet, in the words of the repository extension. */
export function modelState(
  { name, generation, served }: ServableTask,
  fleet: readonly DirectoryEntry[],
): ModelIndexEntry {
  const entry = (state: ModelIndexEntry['state'], reason = ''): ModelIndexEntry => ({
    name,
    version: generation === null ? '' : String(generation),
    state,
    reason,
  });
  const models = fleet
    .filter((inferencer) => !inferencer.draining)
    .flatMap((inferencer) => inferencer.models.filter((model) => model.task === name && !model.challenge));
  const serving = models.filter((model) => model.state === 'SERVING').length;
  if (generation === null) return entry('UNAVAILABLE', 'no champion yet: the first promotion brings a model');
  if (!served && models.length > 0) return entry('UNLOADING', 'unloaded; requests in hand are still answered');
  if (!served) return entry('UNAVAILABLE', 'unloaded');
  const failed = models.find((model) => model.state === 'FAILED');
  if (serving > 0) return entry('READY', failed ? `not everywhere: ${failed.error}` : '');
  if (failed) return entry('UNAVAILABLE', failed.error);
  if (models.some((model) => model.state === 'LOADING')) return entry('LOADING', 'on its way');
  return entry('UNAVAILABLE', fleet.length === 0 ? 'no inferencer is running' : 'no inferencer has taken it up yet');
}
