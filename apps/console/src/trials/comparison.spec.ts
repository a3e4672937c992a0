import { defaultHyperparameters, type Hyperparameters } from '@ratchet/domain';
import { bestOf, comparisonPath, differencesOf, idsOf, isId, problemOfCount, settingRows } from './comparison';

const trial = (id: string, h: Partial<Hyperparameters> = {}, bestValidationAccuracy: number | null = null) => ({
  id,
  hyperparameters: { ...defaultHyperparameters, ...h },
  bestValidationAccuracy,
});

describe('idsOf', () => {
  it('reads the address that comparisonPath makes', () =>
    expect(idsOf(comparisonPath(['b', 'a']).split('?')[1])).toEqual(['b', 'a']));
  it('takes each id once, without blanks', () => expect(idsOf('?ids=a,,%20b,A')).toEqual(['a', 'b']));
  it('finds none where none is named', () => expect(idsOf('')).toEqual([]));
});

it('isId knows what is no id', () => {
  expect(isId('0199a3c4-7f2e-7abc-8def-0123456789ab')).toBe(true);
  expect(isId('show')).toBe(false);
});

it('problemOfCount says how many trials are too few or too many', () => {
  expect([2, 8].map(problemOfCount)).toEqual([null, null]);
  expect(problemOfCount(0)).toContain('none is chosen');
  expect(problemOfCount(1)).toContain('1 is chosen');
  expect(problemOfCount(9)).toContain('leave out 1 trial.');
});

describe('settingRows', () => {
  const rows = settingRows([trial('a', { learningRate: 0.01 }), trial('b', { nesterov: true }), trial('c')]);

  it('marks what differs', () => {
    expect(rows.filter((row) => row.differs)).toEqual([
      { name: 'learningRate', values: ['0.01', '0.001', '0.001'], differs: true },
      { name: 'nesterov', values: ['no', 'yes', 'no'], differs: true },
    ]);
  });
  it('has every hyperparameter once', () =>
    expect(rows.map((row) => row.name)).toEqual(Object.keys(defaultHyperparameters)));
});

it('differencesOf names only what differs, trial by trial', () => {
  const both = [trial('a', { epochs: 5, batchSize: 64 }), trial('b', { epochs: 20, batchSize: 64 })];
  expect(differencesOf(both)).toEqual(['epochs 5', 'epochs 20']);
  expect(differencesOf([both[0], both[0]])).toEqual(['', '']);
});

it('bestOf marks the best, equals together, and nothing that has no figure', () => {
  expect([...bestOf([trial('a', {}, 0.9), trial('b', {}, 0.95), trial('c')])]).toEqual(['b']);
  expect([...bestOf([trial('a', {}, 0.9), trial('b', {}, 0.9)])]).toEqual(['a', 'b']);
  expect(bestOf([trial('a'), trial('b')]).size).toBe(0);
});
