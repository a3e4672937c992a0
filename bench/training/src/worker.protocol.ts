/** What a worker process prints, one JSON object a line. */
export interface WorkerLine {
  readonly imagesPerSecond?: number;
  readonly loss?: number;
  readonly accuracy?: number;
  readonly versions?: Readonly<Record<string, string>>;
  readonly ready?: boolean;
  readonly rssMegabytes?: number;
  readonly compileMs?: number;
  readonly device?: string;
}

export const report = (line: WorkerLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
