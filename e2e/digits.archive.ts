import { encodePng } from '@ratchet/imaging';
import { sampleZip, type SampleEntry } from '@ratchet/testing';

const side = 28;

/** The `index`th handwritten image of a digit, as PNG. */
export async function digitPng(digit: number, index: number): Promise<Buffer> {
  const { data } = (await import(`mnist/src/digits/${digit}.json`)) as { data: number[] };
  const pixels = data.slice(index * side * side, (index + 1) * side * side);
  return Buffer.from(
    await encodePng(
      Uint8Array.from(pixels, (v) => Math.round(v * 255)),
      { height: side, width: side, channels: 1 },
    ),
  );
}

/** A zip of class folders with the first `perClass` images of every digit, and one text file that calls itself an image. */
export async function digitsZip(perClass: number): Promise<Buffer> {
  const entries: SampleEntry[] = [{ name: '3/notes.png', content: 'no image at all' }];
  for (let digit = 0; digit < 10; digit++)
    for (let i = 0; i < perClass; i++)
      entries.push({ name: `${digit}/${String(i).padStart(4, '0')}.png`, content: await digitPng(digit, i) });
  return sampleZip(entries);
}
