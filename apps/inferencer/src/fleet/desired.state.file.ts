import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { desiredDeployments } from '@ratchet/contracts';
import type { DesiredDeployment } from '@ratchet/domain';

/** The last desired state, on disk: what a restarted inferencer serves while nobody tells it anything. */
export class DesiredStateFile {
  private readonly file: string;
  private written = '';

  constructor(directory: string) {
    this.file = path.join(directory, 'desired.json');
  }

  /** Empty when there is none or it cannot be read: the API will tell. */
  async read(): Promise<readonly DesiredDeployment[]> {
    try {
      this.written = await readFile(this.file, 'utf8');
      return desiredDeployments.parse(JSON.parse(this.written));
    } catch {
      return [];
    }
  }

  /** Replaces the file whole, and only when something changed. */
  async write(deployments: readonly DesiredDeployment[]): Promise<void> {
    const text = JSON.stringify(deployments);
    if (text === this.written) return;
    const fresh = `${this.file}.${randomUUID()}`;
    try {
      await writeFile(fresh, text, { flush: true });
      await rename(fresh, this.file);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
    this.written = text;
  }
}
