import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Goldens, ImageShape } from '@ratchet/domain';
import { ComputeSession } from '../serving/compute.session';
import { ArtifactRefused } from './artifact.refused';
import { checkModel } from './model.checks';
import type { ProbeOrder, ProbeReport } from './probe.messages';

// Entry of a throw-away process that meets an unknown model first. Should the model crash or exhaust it, nobody else notices.

/** Largest difference of a probability on other hardware than the exporter's. */
const TOLERANCE = 1e-3;

const shapeText = ({ height, width, channels }: ImageShape) => `${height}×${width}×${channels}`;

/**
 * The golden images and what was recorded for them, once the manifest fits the order.
 * Checked by hand: a schema library would take longer to load than the rest of this process.
 */
function readGoldens({ manifestPath, digest, input, classes }: ProbeOrder): {
  images: Uint8Array;
  count: number;
  expected: number[];
} {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
    sha256?: unknown;
    input?: ImageShape;
    classes?: unknown;
    goldens?: Partial<Goldens>;
  } | null;
  const found = manifest?.classes;
  if (!manifest?.input || !Array.isArray(found) || !manifest.goldens)
    throw new ArtifactRefused('The manifest is incomplete.');
  if (manifest.sha256 !== digest)
    throw new ArtifactRefused(`The manifest is that of model ${String(manifest.sha256)}.`);
  if (shapeText(manifest.input) !== shapeText(input))
    throw new ArtifactRefused(
      `The model takes images of ${shapeText(manifest.input)}; the task's are ${shapeText(input)}.`,
    );
  if (found.join('\n') !== classes.join('\n'))
    throw new ArtifactRefused(`The model's classes are ${found.join(', ')}; the task's are ${classes.join(', ')}.`);
  const { goldens } = manifest;
  const images = new Uint8Array(Buffer.from(String(goldens.images), 'base64'));
  const count = images.length / (input.height * input.width * input.channels);
  const expected = (goldens.probabilities ?? []).flat();
  if (count === 0 || count !== goldens.count || expected.length !== count * classes.length)
    throw new ArtifactRefused(`The manifest's golden images are incomplete.`);
  return { images, count, expected };
}

async function probe(order: ProbeOrder): Promise<ProbeReport> {
  const file = readFileSync(order.modelPath);
  const found = createHash('sha256').update(file).digest('hex');
  if (found !== order.digest)
    throw new ArtifactRefused(`The cached model's SHA-256 is ${found}, not ${order.digest}: the disk damaged it.`);
  const { images, count, expected } = readGoldens(order);
  checkModel(file);
  const session = await ComputeSession.open({
    path: order.modelPath,
    input: order.input,
    classes: order.classes.length,
    threads: order.threads,
  });
  const answered = await session.run(images, count);
  const maxAbsDifference = expected.reduce((most, p, i) => Math.max(most, Math.abs(p - answered[i])), 0);
  if (!(maxAbsDifference <= TOLERANCE))
    throw new ArtifactRefused(
      `On its golden images the model answers otherwise than recorded: by ${maxAbsDifference.toPrecision(3)} where ${TOLERANCE} is allowed.`,
    );
  const one = images.subarray(0, images.length / count);
  const began = performance.now();
  await session.run(one, 1);
  const millisPerImage = performance.now() - began;
  return { ok: true, maxAbsDifference, millisPerImage };
}

process.once('message', (order: ProbeOrder) => {
  probe(order)
    .catch((error: Error): ProbeReport => ({
      ok: false,
      message: error instanceof ArtifactRefused ? error.message : `The model cannot be loaded: ${error.message}`,
    }))
    .then((report) => process.send!(report, () => process.exit(0)))
    .catch(() => process.exit(1));
});
process.once('disconnect', () => process.exit(1));
