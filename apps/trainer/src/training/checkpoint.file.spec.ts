import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.file';

describe('a checkpoint file', () => {
  const engine = Uint8Array.from({ length: 300 }, (_, i) => i);

  it.each([null, { epoch: 3, validationAccuracy: 0.91, step: 45 }])('comes back as written with best %p', (best) => {
    const read = decodeCheckpoint(encodeCheckpoint({ best, engine }));
    expect(read.best).toEqual(best);
    expect([...read.engine]).toEqual([...engine]);
  });

  it.each([0, 3, 4, 20])('cut off after %d bytes is called corrupt', (length) => {
    const file = encodeCheckpoint({ best: null, engine });
    expect(() => decodeCheckpoint(file.subarray(0, Math.min(length, 12)))).toThrow('is cut off');
  });
});
