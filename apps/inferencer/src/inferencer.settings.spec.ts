import { computeSettings } from './inferencer.settings';

describe('computeSettings', () => {
  const auto = { threads: 0, runners: 0 };
  it.each([
    [1, auto, { runners: 2, threadsPerRun: 1, decoders: 1 }],
    [2, auto, { runners: 2, threadsPerRun: 1, decoders: 1 }],
    [8, auto, { runners: 8, threadsPerRun: 1, decoders: 4 }],
    [64, auto, { runners: 8, threadsPerRun: 8, decoders: 4 }],
    [8, { threads: 4, runners: 0 }, { runners: 4, threadsPerRun: 1, decoders: 4 }],
    [8, { threads: 0, runners: 1 }, { runners: 1, threadsPerRun: 8, decoders: 4 }],
  ])('on %d cores with %j', (cores, configured, expected) => {
    expect(computeSettings(configured, cores)).toEqual(expected);
  });
});
