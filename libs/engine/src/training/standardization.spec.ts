import { setBackend, tensor } from '@tensorflow/tfjs-core';
import '../tfjs.setup';
import { syntheticImages } from '../testing/parity';
import { channelStatistics, standardized } from './standardization';

const shape = { height: 5, width: 4, channels: 3 } as const;

describe('standardisation', () => {
  test('brings the images it was measured on to mean 0 and deviation 1, channel by channel', async () => {
    await setBackend('cpu');
    const { images } = syntheticImages(shape, 3, 20);
    const scaled = Float32Array.from(images, (byte) => byte / 255);
    const pixels = standardized(tensor(scaled, [20, 5, 4, 3]), channelStatistics({ shape, images })).dataSync();
    for (const channel of [0, 1, 2]) {
      const values = [...pixels].filter((_, at) => at % 3 === channel);
      const mean = values.reduce((sum, value) => sum + value) / values.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 5);
    }
  });

  test('does not blow up a channel that never varies', () => {
    const images = Uint8Array.from({ length: 120 }, (_, at) => (at % 3 === 1 ? 51 : at));
    const { mean, deviation } = channelStatistics({ shape, images });
    expect(mean[1]).toBeCloseTo(0.2, 12);
    expect(deviation[1]).toBe(1 / 255);
    expect(deviation[0]).toBeGreaterThan(0.1);
  });
});
