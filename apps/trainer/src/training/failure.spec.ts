import { InvalidInput, RatchetError, Unavailable } from '@ratchet/domain';
import { diverged, endingOf } from './failure';

describe('endingOf', () => {
  it('fails for good what would fail again, with its own step and hint', () => {
    expect(endingOf(diverged(40, 0.5), 99)).toEqual({
      kind: 'failed',
      cause: {
        code: 'diverged',
        message: 'The validation loss is not a number after step 40, with a learning rate of 0.5.',
        step: 40,
        hint: 'Lower the learning rate, lengthen warmupEpochs or set clipNorm.',
      },
    });
    expect(endingOf(new InvalidInput('network', 'does not fit'), 0)).toMatchObject({
      kind: 'failed',
      cause: { code: 'invalid_input', step: 0 },
    });
  });

  it.each([
    [new Unavailable('The object store', 'Start it.'), 'unavailable'],
    [new RatchetError('device_unavailable', 'webgpu cannot be used: no driver.'), 'device_unavailable'],
    [new TypeError('x is undefined'), 'unexpected'],
    ['a string', 'unexpected'],
  ])('leaves %p to another try', (error, code) => {
    expect(endingOf(error, 7)).toMatchObject({ kind: 'broken', cause: { code, step: 7 } });
  });
});
