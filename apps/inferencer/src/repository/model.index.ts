import type { ServedModel } from '@ratchet/domain';
import type { ModelIndexEntry } from '@ratchet/grpc';
import { Refusal } from '../http/refusal';

const states = { SERVING: 'READY', LOADING: 'LOADING', DRAINING: 'UNLOADING', FAILED: 'UNAVAILABLE' } as const;

/** What this inferencer has in hand, in the words of the repository extension. Models on trial beside a champion are not listed. */
export const modelIndex = (models: readonly ServedModel[], { ready }: { readonly ready: boolean }): ModelIndexEntry[] =>
  models
    .filter((model) => !model.challenge && (!ready || model.state === 'SERVING'))
    .map(({ task, generation, state, error }) => ({
      name: task,
      version: String(generation),
      state: states[state],
      reason: error ?? (state === 'SERVING' ? '' : state === 'LOADING' ? 'on its way' : 'replaced or unloaded'),
    }));

/** One inferencer follows its fleet and takes no orders. */
export const refusedOrder = () =>
  new Refusal(
    403,
    'forbidden',
    'What the fleet serves is decided at the API: load and unload there, as an administrator.',
  );
