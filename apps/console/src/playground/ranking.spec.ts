import { ranking } from './ranking';

it('ranks by probability, the earlier class first among equals', () => {
  expect(ranking(['a', 'b', 'c'], [0.2, 0.6, 0.2]).map((r) => r.name)).toEqual(['b', 'a', 'c']);
});
