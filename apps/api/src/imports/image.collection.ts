import type { ImportProgress, ImportReport } from '@ratchet/contracts';
import type { FileOutcome, StoredImage } from './image.intake';

interface Placed {
  readonly image: StoredImage;
  readonly places: { readonly file: string; readonly cls: string }[];
}

/** An image that has one class and, of its copies, the first file by name. */
export interface LabelledImage {
  readonly image: StoredImage;
  readonly file: string;
  readonly cls: string;
}

const REPORTED = 100;

/** What an import has found so far. The order of the files makes no difference to what is found. */
export class ImageCollection {
  private readonly bySha = new Map<string, Placed>();
  private readonly rejections: { file: string; reason: string }[] = [];
  private entries = 0;
  private rejected = 0;
  private ignored = 0;
  private copies = 0;
  private consumed = 0;

  /** Null until it is known, and for archives that do not say. */
  totalEntries: number | null = null;

  add(outcome: FileOutcome): void {
    this.entries++;
    this.consumed = outcome.consumed;
    if (outcome.kind === 'ignored') this.ignored++;
    else if (outcome.kind === 'rejected') {
      this.rejected++;
      if (this.rejections.length < REPORTED) this.rejections.push({ file: outcome.file, reason: outcome.reason });
    } else this.place(outcome);
  }

  get progress(): ImportProgress {
    return {
      bytes: this.consumed,
      entries: this.entries,
      totalEntries: this.totalEntries,
      accepted: this.bySha.size,
      duplicates: this.copies,
      rejected: this.rejected,
    };
  }

  /** Images of one class each; those that lie in two classes are left out, for nobody can say which is right. */
  labelled(): LabelledImage[] {
    return [...this.bySha.values()]
      .filter((placed) => !isConflict(placed))
      .map(({ image, places }) => ({ image, cls: places[0].cls, file: firstOf(places.map((place) => place.file)) }));
  }

  report(): ImportReport {
    const labelled = this.labelled();
    const classes = new Map<string, number>();
    for (const { cls } of labelled) classes.set(cls, (classes.get(cls) ?? 0) + 1);
    const conflicts = [...this.bySha.values()].filter(isConflict);
    return {
      classes: Object.fromEntries([...classes].sort(([a], [b]) => (a < b ? -1 : 1))),
      accepted: labelled.length,
      duplicates: this.copies - conflicts.reduce((sum, { places }) => sum + places.length - 1, 0),
      ignored: this.ignored,
      rejected: this.rejections,
      conflicts: conflicts.slice(0, REPORTED).map(({ image, places }) => ({
        sha256: image.sha256,
        files: places
          .map((place) => place.file)
          .sort()
          .slice(0, REPORTED),
        classes: [...new Set(places.map((place) => place.cls))].sort(),
      })),
    };
  }

  /** What an import that failed adds to its cause: often the rejected files are the cause behind it. */
  afterword(): string {
    const [first] = this.rejections;
    return first ? ` ${this.rejected} files were rejected; the first: '${first.file}': ${first.reason}` : '';
  }

  private place({ file, cls, image }: FileOutcome & { kind: 'image' }): void {
    const known = this.bySha.get(image.sha256);
    if (known) {
      known.places.push({ file, cls });
      this.copies++;
    } else this.bySha.set(image.sha256, { image, places: [{ file, cls }] });
  }
}

const isConflict = ({ places }: Placed): boolean => places.some(({ cls }) => cls !== places[0].cls);
const firstOf = (names: readonly string[]): string => names.reduce((a, b) => (b < a ? b : a));
