import type { InferencerView, TrainerView } from '@ratchet/contracts';
import { inferencerSummary, trainerSummary } from './fleet.summary';

const at = '2026-01-01T00:00:00Z';
const model = (digest: string, error?: string): InferencerView['models'][number] => ({
  task: 'digits',
  digest,
  generation: 1,
  state: error ? 'FAILED' : 'SERVING',
  error,
});
const inferencer = (
  host: string,
  state: InferencerView['state'],
  models: InferencerView['models'],
): InferencerView => ({
  id: host,
  url: 'http://x',
  host,
  state,
  models,
  versions: {},
  startedAt: at,
  lastHeartbeatAt: at,
});
const trainer = (state: TrainerView['state'], slots: number, busy: number): TrainerView => ({
  id: state,
  host: 'h',
  device: 'cpu',
  slots,
  busy,
  state,
  versions: {},
  startedAt: at,
  lastHeartbeatAt: at,
});

it('counts models and errors of those online alone', () => {
  const summary = inferencerSummary([
    inferencer('a', 'ONLINE', [model('1'), model('2', 'corrupt')]),
    inferencer('b', 'ONLINE', [model('1')]),
    inferencer('c', 'OFFLINE', [model('3', 'old')]),
  ]);
  expect(summary).toEqual({ all: 3, online: 2, models: 1, tasks: 1, errors: ['a, digits: corrupt'] });
});

it('adds the slots of trainers that are there', () => {
  expect(trainerSummary([trainer('ONLINE', 2, 1), trainer('DRAINING', 2, 2), trainer('OFFLINE', 8, 8)])).toEqual({
    online: 2,
    slots: 4,
    busy: 3,
  });
});
