import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TrainingTranscript } from '@ratchet/engine';
import type { Digits } from './digits';

const bytesOf = (values: NodeJS.ArrayBufferView) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * Writes a training and its test images into `folder`, so that another framework can do the same: raw little-endian
 * numbers, one file per weight (`weight-0.bin`, …) and per feed (all steps one after the other), described by
 * `material.json`.
 */
export async function writeMaterial(folder: string, transcript: TrainingTranscript, heldOut: Digits): Promise<void> {
  const { weights, feeds, totalSteps } = transcript;
  const file = (name: string) => path.join(folder, name);
  const named = feeds.map((feed, at) => ({ ...feed, file: `feed-${at}.bin` }));
  for (const { name, file: target } of named)
    await pipeline(
      Readable.from(
        (function* () {
          for (let step = 0; step < totalSteps; step++) yield bytesOf(transcript.given(name, step));
        })(),
        { objectMode: false },
      ),
      createWriteStream(file(target)),
    );
  for (const [at, { values }] of weights.entries()) await writeFile(file(`weight-${at}.bin`), bytesOf(values));
  await writeFile(file('heldout-images.bin'), heldOut.images);
  await writeFile(file('heldout-labels.bin'), heldOut.labels);
  const description = { totalSteps, feeds: named, weights: weights.map(({ shape }) => shape) };
  await writeFile(file('material.json'), JSON.stringify(description));
}
