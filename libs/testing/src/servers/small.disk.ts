import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const BLOCK = 4096;

/** A real file system of a few megabytes, to be filled. */
export class SmallDisk {
  private constructor(
    readonly directory: string,
    private readonly bytes: number,
  ) {}

  /** Whether one can be mounted here; that it cannot is said aloud. */
  static possible(): boolean {
    const directory = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
    try {
      SmallDisk.mount(directory, BLOCK).unmount();
      return true;
    } catch (error) {
      console.warn(`\n*** SKIPPED: a full disk was NOT tested. ${(error as Error).message} ***\n`);
      return false;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  static mount(directory: string, bytes: number): SmallDisk {
    mkdirSync(directory, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory], {
      encoding: 'utf8',
    });
    if (mounted.status === 0) return new SmallDisk(directory, bytes);
    throw new Error(`No small disk can be mounted: ${(mounted.stderr ?? String(mounted.error)).trim()}`);
  }

  /** Leaves no byte of it. */
  fill(): void {
    let left = this.bytes;
    while (left >= BLOCK) {
      try {
        writeFileSync(this.filler, Buffer.alloc(left), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        left = Math.floor(left / 2);
      }
    }
  }

  /** Takes away what `fill` wrote. */
  free(): void {
    rmSync(this.filler, { force: true });
  }

  /** Also where files are still open. */
  unmount(): void {
    spawnSync('umount', ['--lazy', this.directory]);
  }

  private get filler(): string {
    return path.join(this.directory, 'filler');
  }
}
