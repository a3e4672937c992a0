import { InvalidQuery } from '@ratchet/domain';
import { parseList } from './parameters';

describe('parseList', () => {
  it('gives the first 25 rows, unfiltered and unsorted, when asked for nothing', () => {
    expect(parseList({})).toEqual({ filter: {}, sort: null, offset: 0, limit: 25 });
  });

  it('reads ranges with both ends included', () => {
    expect(parseList({ range: '[50,74]' })).toMatchObject({ offset: 50, limit: 25 });
    expect(parseList({ range: '[5,4]' })).toMatchObject({ offset: 5, limit: 0 });
  });

  it.each([
    { filter: '{"a"' },
    { filter: 'null' },
    { filter: ['{}', '{}'] },
    { sort: '["name"]' },
    { sort: '["name","ASC","DESC"]' },
    { range: '[0,1000]' },
    { range: '[0,1e12]' },
    { range: '[0.5,2]' },
    { filter: `{"q":"${'x'.repeat(4000)}"}` },
    { limit: '5' },
  ])('refuses %j', (query) => {
    expect(() => parseList(query)).toThrow(InvalidQuery);
  });

  it('refuses a filter that holds what the database cannot', () => {
    expect(() => parseList({ filter: '{"name":"a\\u0000b"}' })).toThrow('filter.name: holds the character U+0000');
  });
});
