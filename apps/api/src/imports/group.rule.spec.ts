import { groupRule } from './group.rule';

const csv = (text: string) => groupRule({ groupsCsv: text });
const regex = (source: string) => groupRule({ groupRegex: source });

describe('groups from a CSV', () => {
  it('are found by path, by the end of the path, and by base name', () => {
    const rule = csv('file,group\nblowhole/exp1.jpg,tile7\nexp2.jpg,tile8\n"a,b.jpg",tile 9\n')!;
    expect(rule.groupsOf(['data/blowhole/exp1.jpg', 'x/exp2.jpg', 'y/exp2.jpg', 'x/a,b.jpg', 'x/exp3.jpg'])).toEqual([
      'tile7',
      'tile8',
      'tile8',
      'tile 9',
      null,
    ]);
    expect(rule.groupsOf(['elsewhere/exp1.jpg'])).toEqual(['tile7']);
  });

  it('may have other columns, spaces, a byte order mark, Windows paths and line ends', () => {
    const rule = csv('\ufeffGroup , lot, FILE\r\nt1, 5, .\\good\\a.png\r\n\r\n')!;
    expect(rule.groupsOf(['good/a.png'])).toEqual(['t1']);
  });

  it('never take a file for its namesake in another folder', () => {
    const both = csv('file,group\ngood/1.png,a\nbad/1.png,b\n')!;
    expect(both.groupsOf(['good/1.png', 'x/bad/1.png', 'ugly/1.png'])).toEqual(['a', 'b', null]);
    const one = csv('file,group\ngood/1.png,a\n')!;
    expect(one.groupsOf(['good/1.png', 'bad/1.png'])).toEqual(['a', null]);
  });

  it.each([
    ['', 'must begin with a line of column names'],
    ['a.png,t1\n', 'must begin with a line of column names'],
    ['file,group\na.png,t1\na.png,t2\n', "puts 'a.png' into two groups, 't1' and 't2'"],
    ['file,group\na.png,\n', 'no usable file and group in row 2'],
    [`file,group\na.png,${'g'.repeat(300)}\n`, 'within 200 characters'],
    ['file,group\n"a.png,t1\n', 'cannot be read'],
  ])('refuse %j', (text, message) => {
    expect(() => csv(text)).toThrow(message);
  });
});

describe('groups from a regular expression', () => {
  it('are the first capture, or else the match, in the file’s own name', () => {
    expect(regex('wafer(\\d+)')!.groupsOf(['lot9/wafer12_die3.png'])).toEqual(['12']);
    expect(regex('^[^_]+')!.groupsOf(['wafer9/lot3_die3.png'])).toEqual(['lot3']);
    expect(regex('^(x)?a')!.groupsOf(['good/abc.png'])).toEqual([null]);
    expect(regex('^x')!.groupsOf(['good/abc.png'])).toEqual([null]);
  });

  it('cannot be made to run for ages', () => {
    const rule = regex('^(a+)+$')!;
    const started = performance.now();
    rule.groupsOf(Array.from({ length: 200 }, () => `good/${'a'.repeat(250)}!`));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each(['(', '(?=a)b', '(a)\\1'])('refuse %j by name', (source) => {
    expect(() => regex(source)).toThrow(/^groupRegex: cannot be used \(.+\)\. Look-around and back-references/);
  });
});

it('come from one source alone, or from none', () => {
  expect(groupRule({})).toBeNull();
  expect(() => groupRule({ groupsCsv: 'file,group', groupRegex: 'x' })).toThrow('given together with groupsCsv');
});
