import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
/** 256 random bits. A hash without salt is enough to keep such a secret. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
/** Five groups of four: about 100 bits that a person can type. */
export const newPassword = (): string => {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from({ length: 5 }, () => Array.from(randomBytes(4), (byte) => letters[byte % 32]).join('')).join('-');
};
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(a)), Buffer.from(sha256Hex(b)));
