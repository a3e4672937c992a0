import { InvalidInput } from '@ratchet/domain';
import type { LabelledImages } from './batch.feeds';

/** Refuses image sets whose bytes, labels and shape do not fit together. */
export function checkLabels(which: string, { shape, classes, images, labels }: LabelledImages): void {
  const pixels = shape.height * shape.width * shape.channels;
  if (which === 'train' && labels.length === 0) throw new InvalidInput('train', 'has no images');
  if (images.length !== labels.length * pixels)
    throw new InvalidInput(
      `${which}.images`,
      `${images.length} bytes are not ${labels.length} images of ${shape.height}×${shape.width}×${shape.channels}`,
    );
  const stray = labels.findIndex((label) => label < 0 || label >= classes);
  if (stray >= 0)
    throw new InvalidInput(
      `${which}.labels[${stray}]`,
      `is ${labels[stray]}; there are ${classes} classes, counted from 0`,
    );
}
