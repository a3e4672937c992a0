import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@ratchet/imaging';

/** Writes class folders `0`…`9` with `perDigit` handwritten digits each, as PNG files; the caller removes the folder. */
export async function digitsFolder(perDigit: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-digits-'));
  for (let digit = 0; digit < 10; digit++) {
    const { data } = (await import(`mnist/src/digits/${digit}.json`)) as { data: number[] };
    mkdirSync(join(folder, String(digit)));
    for (let i = 0; i < perDigit; i++) {
      const pixels = Uint8Array.from(data.slice(i * 784, (i + 1) * 784), (v) => Math.round(v * 255));
      writeFileSync(
        join(folder, String(digit), `${i}.png`),
        await encodePng(pixels, { height: 28, width: 28, channels: 1 }),
      );
    }
  }
  return folder;
}
