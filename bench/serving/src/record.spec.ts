import { withSection } from './record';

describe('the section of a record in the README', () => {
  const text = 'before\n\n<!-- swaps -->\n\nold\n\n<!-- /swaps -->\n\nafter\n';

  it('is replaced, and nothing around it', () => {
    const once = withSection(text, 'swaps', '| new |\n');
    expect(once).toBe('before\n\n<!-- swaps -->\n\n| new |\n\n<!-- /swaps -->\n\nafter\n');
    expect(withSection(once, 'swaps', '| new |')).toBe(once);
  });

  it('must be there', () => {
    expect(() => withSection(text, 'deploys', '')).toThrow('<!-- deploys -->');
  });
});
