import { shareOut, trainerId } from './trainer.identity';

describe('trainerId', () => {
  it('is a UUID of version 8 that belongs to the name', () => {
    expect(trainerId('line-3')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(trainerId('line-3')).toBe(trainerId('line-3'));
    expect(trainerId('line-3')).not.toBe(trainerId('line-4'));
  });
});

describe('shareOut', () => {
  it.each([
    ['a slot and a thread for each core', { slots: 0, threads: 0 }, 8, 'cpu', { slots: 8, threads: 1 }],
    ['all threads to the only slot', { slots: 1, threads: 0 }, 8, 'cpu', { slots: 1, threads: 8 }],
    ['what is left where slots are many', { slots: 16, threads: 0 }, 8, 'cpu', { slots: 16, threads: 1 }],
    ['one slot to a device that shares badly', { slots: 0, threads: 0 }, 8, 'cuda', { slots: 1, threads: 8 }],
    ['what was asked for', { slots: 3, threads: 2 }, 8, 'cpu', { slots: 3, threads: 2 }],
  ])('gives %s', (_, wanted, cores, device, expected) => {
    expect(shareOut(wanted, cores, device)).toEqual(expected);
  });
});
