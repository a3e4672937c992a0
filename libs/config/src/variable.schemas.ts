import path from 'node:path';
import { z } from 'zod';

/** A whole number between two limits, both included, written in decimal digits. */
export const wholeNumber = (min: number, max: number) => {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((n) => n >= min && n <= max, expected);
};

/** Port 0 lets the system choose a free one. */
export const port = wholeNumber(0, 65535);

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes: `1048576`, `512M`, `2G`, `1.5GiB`; the units are powers of 1024. */
export const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?\s*([kmgt](i?b)?)?$/i, 'expected a size such as 512M or 2G')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)\s*([kmgt]?)/i.exec(text)!;
    return Math.floor(Number(amount) * units[unit.toLowerCase()]);
  })
  .refine((n) => Number.isSafeInteger(n) && n > 0, 'expected a size above 0');

export const share = z
  .string()
  .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'expected a number from 0 to 1')
  .transform(Number);

export const flag = z
  .enum(['true', 'false', '1', '0'], 'expected true or false')
  .transform((text) => text === 'true' || text === '1');

export const directory = z.string().transform((text) => path.resolve(text));

export const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)),
      `expected a URL that starts with ${protocols.map((p) => `${p}://`).join(' or ')}`,
    );

/** The base address of an HTTP service, without a trailing slash. */
export const httpUrl = url('http', 'https').transform((text) => text.replace(/\/+$/, ''));

export const secret = z.string().min(16, 'expected at least 16 characters');
