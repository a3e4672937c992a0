import type { ServedModel } from '@ratchet/domain';
import { modelState } from './model.state';

const model = (state: ServedModel['state'], change: Partial<ServedModel> = {}): ServedModel => ({
  task: 'dies',
  digest: 'd'.repeat(64),
  generation: 3,
  state,
  ...change,
});
const inferencer = (models: ServedModel[], draining = false) => ({
  id: '',
  url: '',
  grpcUrl: null,
  draining,
  models,
  lastHeartbeatAt: new Date(),
});

describe('modelState', () => {
  const task = { name: 'dies', generation: 3, served: true };
  const loaded = inferencer([model('SERVING')]);
  const failed = inferencer([model('FAILED', { error: 'disk full' })]);
  it.each([
    ['served somewhere', task, [loaded, inferencer([])], 'READY', ''],
    ['served here, failed there', task, [loaded, failed], 'READY', 'not everywhere: disk full'],
    ['on its way', task, [inferencer([model('LOADING')])], 'LOADING', 'on its way'],
    ['failed', task, [failed], 'UNAVAILABLE', 'disk full'],
    ['served by one that leaves', task, [inferencer([model('SERVING')], true)], 'UNAVAILABLE', 'taken it up yet'],
    [
      'served as a challenger only',
      task,
      [inferencer([model('SERVING', { challenge: { mode: 'shadow', percent: 5 } })])],
      'UNAVAILABLE',
      'taken it up yet',
    ],
    ['another task', task, [inferencer([model('SERVING', { task: 'digits' })])], 'UNAVAILABLE', 'taken it up yet'],
    ['without a fleet', task, [], 'UNAVAILABLE', 'no inferencer is running'],
    ['without a champion', { ...task, generation: null }, [loaded], 'UNAVAILABLE', 'no champion yet'],
    ['unloaded a moment ago', { ...task, served: false }, [loaded], 'UNLOADING', 'unloaded'],
    ['unloaded', { ...task, served: false }, [inferencer([])], 'UNAVAILABLE', 'unloaded'],
  ] as const)('%s', (_, of, fleet, state, reason) => {
    expect(modelState(of, fleet)).toMatchObject({ name: 'dies', state, reason: expect.stringContaining(reason) });
  });
});
