import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digitPng } from './digits.archive';

/** Writes class folders `0`…`9` with `perDigit` handwritten digits each, as PNG files; the caller removes the folder. */
export async function digitsFolder(perDigit: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-digits-'));
  for (let digit = 0; digit < 10; digit++) {
    mkdirSync(join(folder, String(digit)));
    for (let i = 0; i < perDigit; i++) writeFileSync(join(folder, String(digit), `${i}.png`), await digitPng(digit, i));
  }
  return folder;
}
