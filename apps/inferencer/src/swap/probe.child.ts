import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { imageShape, sha256 } from '@ratchet/contracts';
import { ComputeSession } from '../serving/compute.session';
import { ArtifactRefused } from './artifact.refused';
import { checkModel } from './model.checks';
import type { ProbeOrder, ProbeReport } from './probe.messages';

// Entry of a throw-away process that meets an unknown model first. Should the model crash or exhaust it, nobody else notices.

/** Largest difference of a probability on other hardware than the exporter's. */
const TOLERANCE = 1e-3;

const manifestSchema = z.object({
  sha256,
  input: imageShape,
  classes: z.array(z.string()),
  goldens: z.object({
    count: z.int().min(1).max(1024),
    images: z.base64(),
    probabilities: z.array(z.array(z.number())),
  }),
});
type Manifest = z.infer<typeof manifestSchema>;

function readManifest({ manifestPath, digest, input, classes }: ProbeOrder): Manifest {
  const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(manifestPath, 'utf8')));
  if (!parsed.success) throw new ArtifactRefused(`The manifest is unusable: ${z.prettifyError(parsed.error)}`, true);
  const manifest = parsed.data;
  if (manifest.sha256 !== digest) throw new ArtifactRefused(`The manifest is that of model ${manifest.sha256}.`, true);
  const { height, width, channels } = manifest.input;
  if (height !== input.height || width !== input.width || channels !== input.channels)
    throw new ArtifactRefused(
      `The model takes images of ${height}×${width}×${channels}; the task's are ${input.height}×${input.width}×${input.channels}.`,
    );
  if (manifest.classes.join('\n') !== classes.join('\n'))
    throw new ArtifactRefused(
      `The model's classes are ${manifest.classes.join(', ')}; the task's are ${classes.join(', ')}.`,
    );
  return manifest;
}

async function probe(order: ProbeOrder): Promise<ProbeReport> {
  const file = readFileSync(order.modelPath);
  const found = createHash('sha256').update(file).digest('hex');
  if (found !== order.digest)
    throw new ArtifactRefused(
      `The cached model's SHA-256 is ${found}, not ${order.digest}: the disk damaged it.`,
      true,
    );
  const { goldens } = readManifest(order);
  checkModel(file);
  const session = await ComputeSession.open({
    path: order.modelPath,
    input: order.input,
    classes: order.classes.length,
    threads: order.threads,
  });
  const images = new Uint8Array(Buffer.from(goldens.images, 'base64'));
  const imageBytes = order.input.height * order.input.width * order.input.channels;
  if (images.length !== goldens.count * imageBytes || goldens.probabilities.length !== goldens.count)
    throw new ArtifactRefused(`The manifest's ${goldens.count} golden images are incomplete.`, true);
  const answered = await session.run(images, goldens.count);
  const expected = goldens.probabilities.flat();
  let maxAbsDifference = expected.length === answered.length ? 0 : Infinity;
  expected.forEach((p, i) => (maxAbsDifference = Math.max(maxAbsDifference, Math.abs(p - answered[i]))));
  if (!(maxAbsDifference <= TOLERANCE))
    throw new ArtifactRefused(
      `On its golden images the model answers otherwise than recorded: by ${maxAbsDifference.toPrecision(3)} where ${TOLERANCE} is allowed.`,
    );
  const one = images.subarray(0, imageBytes);
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
      damaged: error instanceof ArtifactRefused && error.damaged,
    }))
    .then((report) => process.send!(report, () => process.exit(0)))
    .catch(() => process.exit(1));
});
process.once('disconnect', () => process.exit(1));
