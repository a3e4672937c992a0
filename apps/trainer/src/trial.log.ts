import { objectKeys, type ObjectStore } from '@ratchet/domain';
import type { LogLine } from './child.protocol';

/** Of one attempt; what comes after is counted, not kept. */
const MAX_BYTES = 4 * 2 ** 20;
const FLUSH_MS = 10_000;

/** The log of one attempt at a trial, as JSON lines in the object store: rewritten whole every ten seconds and at the end. */
export class TrialLog {
  private lines: string[] = [];
  private bytes = 0;
  private dropped = 0;
  private dirty = false;
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  /** @param onError hears of a store that does not take the log; training goes on */
  constructor(
    private readonly store: ObjectStore,
    private readonly trialId: string,
    private readonly attempt: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  add(line: LogLine): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.bytes + text.length > MAX_BYTES) {
      this.dropped++;
    } else {
      this.lines.push(text);
      this.bytes += text.length;
    }
    this.dirty = true;
  }

  info = (message: string): void => this.add({ at: new Date().toISOString(), level: 'info', message });

  /** Never rejects. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    if (this.dropped) this.lines.push(`${JSON.stringify(this.dropNotice())}\n`);
    await this.flush();
  }

  private dropNotice(): LogLine {
    return { at: new Date().toISOString(), level: 'warn', message: `${this.dropped} further lines were not kept.` };
  }

  private flush(): Promise<void> {
    this.writing = this.writing.then(async () => {
      if (!this.dirty) return;
      this.dirty = false;
      const body = Buffer.from(this.lines.join(''));
      try {
        await this.store.put(objectKeys.trialLog(this.trialId, this.attempt), body, { size: body.length });
      } catch (error) {
        this.dirty = true;
        this.onError(error);
      }
    });
    return this.writing;
  }
}
