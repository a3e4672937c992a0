import { className } from '@ratchet/contracts';
import { InvalidInput, splits } from '@ratchet/domain';

const maxClasses = 256;
const imageNames = /\.(jpe?g|png|webp|tiff?|bmp|gif|heic|avif|jp2)$/i;
const otherNames =
  /\.(txt|csv|tsv|json|jsonl|xml|ya?ml|md|html?|pdf|docx?|xlsx?|ini|log|db|py|m|mat|npy|npz|h5|zip|gz|7z|mp4)$/i;

/** Whether a file's name promises an image, denies it, or says nothing. The content decides. */
export const promisesImage = (path: string): boolean => imageNames.test(path);
export const deniesImage = (path: string): boolean => otherNames.test(path);

/**
 * The class of a file: the folder it lies in, whatever lies above. Null at the top, where there is no folder.
 * @throws InvalidInput `file` for a folder that cannot be a class
 */
export function classOf(path: string): string | null {
  const folder = path.split('/').at(-2);
  if (folder === undefined) return null;
  const name = className.safeParse(folder.normalize('NFC'));
  if (!name.success)
    throw new InvalidInput(
      'file',
      `'${path}' lies in a folder whose name cannot be a class: ${name.error.issues[0].message}. Rename it.`,
    );
  return name.data;
}

/**
 * The classes of a dataset, in order.
 * @param counts images per class
 * @throws InvalidInput saying which class is the trouble and what to do
 */
export function assertClasses(counts: ReadonlyMap<string, number>, exclude: readonly string[]): string[] {
  const unknown = exclude.filter((name) => !counts.has(name));
  if (unknown.length)
    throw new InvalidInput(
      'exclude',
      `the archive has no class ${quoted(unknown)}; it has ${quoted([...counts.keys()])}.`,
    );
  const classes = [...counts.keys()].filter((name) => !exclude.includes(name)).sort();
  if (classes.length === 0)
    throw new InvalidInput(
      'classes',
      'the archive holds no image in a folder, so there are no classes. Put the images of each class into a folder with its name.',
    );
  assertDistinct(classes);
  if (classes.length === 1)
    throw new InvalidInput(
      'classes',
      `there is only one, ${quoted(classes)}, and a classifier needs two. Add a folder of other images.`,
    );
  if (classes.length > maxClasses)
    throw new InvalidInput(
      'classes',
      `there are ${classes.length} and the limit is ${maxClasses}. Leave some out with exclude.`,
    );
  const small = classes.filter((name) => (counts.get(name) ?? 0) < splits.length);
  if (small.length)
    throw new InvalidInput(
      'classes',
      `each class needs at least ${splits.length} images, one for each of ${splits.join(', ')}; ${small
        .map((name) => `'${name}' has ${counts.get(name)}`)
        .slice(0, 20)
        .join(', ')}. Add images or leave the class out with exclude.`,
      { classes: small },
    );
  return classes;
}

/** The same word in two spellings is most likely one class, and which is which cannot be seen later. */
function assertDistinct(classes: readonly string[]): void {
  const spelt = new Map<string, string>();
  for (const name of classes) {
    const folded = name.toLowerCase();
    const other = spelt.get(folded);
    if (other !== undefined)
      throw new InvalidInput(
        'classes',
        `${quoted([other, name])} differ only in case. Rename one of the folders, or merge them.`,
        {
          classes: [other, name],
        },
      );
    spelt.set(folded, name);
  }
}

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, 20)
    .map((name) => `'${name}'`)
    .join(', ') + (names.length > 20 ? ' …' : '');
