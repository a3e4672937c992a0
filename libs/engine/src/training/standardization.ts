import { div, sub, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { LabelledImages } from './batch.feeds';

/** Per channel, in units of full scale: what is subtracted from a pixel, and by what the rest is divided. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** A channel that hardly varies is not blown up into noise: a byte's smallest step counts as its deviation. */
const leastDeviation = 1 / 255;

/** Mean and standard deviation of every channel over all pixels, exactly, in one pass of two or three nanoseconds a byte. */
export function channelStatistics({ shape, images }: Pick<LabelledImages, 'shape' | 'images'>): ChannelStatistics {
  const { channels } = shape;
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (let at = 0; at < images.length; at += channels)
    for (let channel = 0; channel < channels; channel++) counts[channel][images[at + channel]]++;
  const pixels = Math.max(1, images.length / channels);
  const mean = counts.map((count) => count.reduce((sum, n, value) => sum + n * value, 0) / pixels / 255);
  const deviation = counts.map((count, channel) => {
    const squares = count.reduce((sum, n, value) => sum + n * (value / 255 - mean[channel]) ** 2, 0);
    return Math.max(leastDeviation, Math.sqrt(squares / pixels));
  });
  return { mean, deviation };
}

/** Images [N,H,W,C] in [0, 1], brought to mean 0 and deviation 1 by `statistics`; as they are without. */
export const standardized = <T extends Tensor>(images: T, statistics: ChannelStatistics | undefined): T =>
  statistics ? div(sub(images, tensor1d([...statistics.mean])), tensor1d([...statistics.deviation])) : images;
