import { createHash } from 'node:crypto';

/** The id of the trainer of this name (UUID version 8), so that it is the same one after a restart. */
export function trainerId(name: string): string {
  const hex = createHash('sha256').update(`trainer:${name}`).digest('hex');
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Trials at once and threads for each. Two trials on one thread each get through more images than one trial on two
 * threads, so a CPU gets a slot a core; other devices share badly and get one.
 */
export function shareOut(
  wanted: { readonly slots: number; readonly threads: number },
  cores: number,
  device: string,
): { slots: number; threads: number } {
  const slots = wanted.slots || (device === 'cpu' ? cores : 1);
  return { slots, threads: wanted.threads || Math.max(1, Math.floor(cores / slots)) };
}
