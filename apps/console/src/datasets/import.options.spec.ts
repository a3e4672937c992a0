import { importOptions } from '@ratchet/contracts';
import { emptyImportForm, optionsOf, problemsOf } from './import.options';

it('the form as it opens stands for the API’s defaults', () => {
  expect(problemsOf(emptyImportForm)).toEqual({});
  const sent = importOptions.parse(optionsOf(emptyImportForm, 'digits.zip'));
  expect(sent).toEqual({ ...importOptions.parse({}), fileName: 'digits.zip' });
});

it('names shares that do not sum to 100 %', () => {
  expect(problemsOf({ ...emptyImportForm, train: '80' }).train).toContain('110 %');
  expect(problemsOf({ ...emptyImportForm, gate: '0' }).train).toContain('above 0');
});

it.each(['-1', '1.5', 'x', '9999999999'])('refuses the seed %s', (seed) => {
  expect(problemsOf({ ...emptyImportForm, seed }).seed).toBeDefined();
});

it('refuses a group that is no regular expression', () => {
  expect(problemsOf({ ...emptyImportForm, groupRegex: '(' }).groupRegex).toBeDefined();
  expect(problemsOf({ ...emptyImportForm, groupRegex: '^exp(\\d+)' })).toEqual({});
});

it('sends groups and excluded classes only where there are some', () => {
  const form = { ...emptyImportForm, exclude: ' a, ,b ', groupsCsv: { name: 'g.csv', text: 'file,group\n' } };
  expect(optionsOf(form, 'x.zip')).toMatchObject({ exclude: ['a', 'b'], groupsCsv: 'file,group\n' });
  expect(optionsOf(emptyImportForm, 'x.zip')).not.toHaveProperty('exclude');
});
