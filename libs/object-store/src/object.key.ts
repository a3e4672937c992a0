import { type ByteRange, InvalidInput } from '@ratchet/domain';

const MEND =
  'Use segments of letters, digits, dots, underscores and hyphens, joined by single slashes, 512 characters at most.';
const SEGMENT = /^[A-Za-z0-9._-]{1,255}$/;

/** @throws InvalidInput unless `key` is well formed and cannot climb out of a directory */
export function assertKey(key: string): void {
  if (key.length > 512 || !key.split('/').every((s) => SEGMENT.test(s) && s !== '.' && s !== '..'))
    throw new InvalidInput('key', `'${shorten(key)}' is not an object key. ${MEND}`);
}

/** A prefix is the beginning of a key, cut anywhere. */
export function assertPrefix(prefix: string): void {
  const segments = prefix.split('/');
  const last = segments.pop()!;
  const whole = segments.every((s) => SEGMENT.test(s) && s !== '.' && s !== '..');
  if (prefix.length > 512 || !whole || (last !== '' && !SEGMENT.test(last)))
    throw new InvalidInput('prefix', `'${shorten(prefix)}' cannot begin an object key. ${MEND}`);
}

/** @throws InvalidInput unless both ends are whole, in order, and the first lies inside `size` bytes */
export function assertRange({ start, end }: ByteRange, size = Infinity): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw new InvalidInput('range', `${start}..${end} is not a range of bytes. Give whole numbers, 0 <= start <= end.`);
  if (start >= size)
    throw new InvalidInput('range', `starts at byte ${start} of an object of ${size} bytes. Start inside it.`);
}

/** @throws InvalidInput when the body was not as long as it was said to be */
export function assertSize(announced: number | undefined, received: number): void {
  if (announced !== undefined && announced !== received)
    throw new InvalidInput('size', `${announced} bytes were announced and ${received} came. Send the whole body.`);
}

const shorten = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
