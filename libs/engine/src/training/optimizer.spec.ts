import type { ParityCase } from '../testing/parity.case';
import { differencesFromTfjs, strategiesHere } from '../testing/tfjs.parity';
import { lossCases, optimizerCases, scheduleCases } from '../testing/training.cases';

const expectSame = async (_name: string, parity: ParityCase) =>
  expect(await differencesFromTfjs(await strategiesHere(), parity)).toEqual([]);

describe('optimizers equal those of tfjs', () => {
  test.each(Object.entries(optimizerCases))('%s', expectSame);
});

describe('schedules move the learning rate of every step', () => {
  test.each(Object.entries(scheduleCases))('%s', expectSame);
});

describe('losses and regularisers equal those of tfjs', () => {
  test.each(Object.entries(lossCases))('%s', expectSame);
});
