import {
  counted,
  formatAgo,
  formatBytes,
  formatCompact,
  formatDuration,
  formatMs,
  formatP,
  formatPercent,
  formatValue,
} from './format';

/** With ordinary spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [5.5 * 2 ** 20, '5.5 MiB'],
  [2 ** 40 * 3000, '3000 TiB'],
])('%d bytes', (bytes, text) => expect(plain(formatBytes(bytes))).toBe(text));

it.each([
  [0.98765, '98.77 %'],
  [null, '–'],
  [0, '0.00 %'],
])('share %p', (share, text) => expect(plain(formatPercent(share))).toBe(text));

it.each([
  [1500, '1.5 s'],
  [59_000, '59 s'],
  [61_000, '1 min 1 s'],
  [7_260_000, '2 h 1 min'],
  [200_000_000, '2 d 7 h'],
])('%d ms', (ms, text) => expect(plain(formatDuration(ms))).toBe(text));

it.each([
  [0.42, '0.4 ms'],
  [120.4, '120 ms'],
  [2500, '2.5 s'],
])('latency of %d ms', (ms, text) => expect(plain(formatMs(ms))).toBe(text));

it.each([
  [0, 'just now'],
  [-30_000, '30 sec. ago'],
  [-3_600_000, '1 hr. ago'],
])('%d ms from now', (offset, text) => expect(formatAgo(1e12 + offset, 1e12)).toBe(text));

it('never writes a p-value as nothing', () => {
  expect(formatP(0.04949)).toBe('0.049');
  expect(formatP(0.00002)).toBe('2.0e-5');
});

it('abbreviates large counts and joins lists', () => {
  expect(formatCompact(61_706)).toBe('61.7K');
  expect(formatValue([0.1, true])).toBe('0.1, yes');
});

it('counts one thing as one', () =>
  expect([counted(1, 'class', 'classes'), counted(2000, 'file')]).toEqual(['1 class', '2,000 files']));
