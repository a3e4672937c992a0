import type { ArchitectureBuilder } from '../architecture.builder';

export const rectified = (net: ArchitectureBuilder, from: string): string =>
  net.layer('Activation', { activation: 'relu' }, from);

/** Convolution, batch normalization and, unless told otherwise, a rectifier. */
export function normalised(
  net: ArchitectureBuilder,
  from: string,
  filters: number,
  size: number,
  stride: number,
  activate = true,
): string {
  const kernel = { filters, kernel_size: [size, size], strides: [stride, stride], padding: 'same' };
  const convolved = net.layer('Conv2D', { ...kernel, use_bias: false, kernel_initializer: 'he_uniform' }, from);
  const normal = net.layer('BatchNormalization', { momentum: 0.9 }, convolved);
  return activate ? rectified(net, normal) : normal;
}

/** Global average pooling and one logit per class. */
export const head = (net: ArchitectureBuilder, from: string, classes: number): string =>
  net.layer('Dense', { units: classes }, net.layer('GlobalAveragePooling2D', {}, from));
