const number = new Intl.NumberFormat('en');
/** Keeps a figure and its unit on one line. */
const nb = '\u00a0';
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const formatCount = (n: number): string => number.format(n);
/** 61,706 → 61.7K. */
export const formatCompact = (n: number): string => compact.format(n);

/** "1 file", "3 files". */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${number.format(n)} ${n === 1 ? one : many}`;

/** Two decimals: a gate set of ten thousand images moves in hundredths of a percent. */
export const formatPercent = (share: number | null | undefined, digits = 2): string =>
  share === null || share === undefined ? '–' : `${(share * 100).toFixed(digits)}${nb}%`;

/** A 95 % interval of a share, as "95.9–98.5 %". */
export const formatInterval = ({ low, high }: { low: number; high: number }): string =>
  `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}${nb}%`;

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}${nb}${units[power]}`;
}

export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)}${nb}ms`;
  if (ms < 1000) return `${Math.round(ms)}${nb}ms`;
  return formatDuration(ms);
}

export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}${nb}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${nb}min ${Math.round(seconds % 60)}${nb}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}${nb}h ${minutes % 60}${nb}min` : `${Math.floor(hours / 24)}${nb}d ${hours % 24}${nb}h`;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
/** "3 min ago" against `now`, both in milliseconds since the epoch. */
export function formatAgo(then: number, now: number): string {
  const seconds = Math.round((then - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** p-values: never "0.000". */
export const formatP = (p: number): string => (p >= 0.001 ? p.toFixed(3) : p.toExponential(1));

/** A hyperparameter's value as people write it. */
export function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatValue).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
