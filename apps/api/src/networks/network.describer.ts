import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type ImageShape, type NetworkDescription, type NetworkSpec, RatchetError, Unavailable } from '@ratchet/domain';
import type { ZooEntryView } from '@ratchet/contracts';
import { digestOf } from '@ratchet/database';
import type { DescribeReply, DescribeRequest } from './describe.messages';
import { type DescribeLimits, supervised } from './supervision';

const limits: DescribeLimits = { seconds: 20, bytes: 1.5 * 2 ** 30 };
const idleMs = 120_000;
const remembered = 500;
const maxWaiting = 32;

/**
 * Builds and shape-checks networks in a child process, one at a time, within limits of time and memory. The child stays
 * for the next request until it has been idle for a while or had to be killed. Descriptions are remembered by content.
 */
@Injectable()
export class NetworkDescriber implements OnApplicationShutdown {
  private child: ChildProcess | null = null;
  private idle: NodeJS.Timeout | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private zooEntries: ZooEntryView[] | null = null;
  private readonly known = new Map<string, NetworkDescription>();

  /** @throws InvalidInput naming the layer, or the limit that was hit */
  async describe(spec: NetworkSpec, input: ImageShape, classes: number): Promise<NetworkDescription> {
    const key = digestOf({ spec, input, classes });
    const known = this.known.get(key);
    if (known) return known;
    const reply = await this.ask({ kind: 'describe', spec, input, classes });
    if (!('description' in reply)) throw new Error('the describing process answered something else');
    this.known.set(key, reply.description);
    if (this.known.size > remembered) this.known.delete(this.known.keys().next().value as string);
    return reply.description;
  }

  async zoo(): Promise<ZooEntryView[]> {
    if (this.zooEntries) return this.zooEntries;
    const reply = await this.ask({ kind: 'zoo' });
    if (!('zoo' in reply)) throw new Error('the describing process answered something else');
    return (this.zooEntries = reply.zoo);
  }

  onApplicationShutdown(): void {
    this.retire();
  }

  private async ask(request: DescribeRequest): Promise<Exclude<DescribeReply, { refusal: unknown }>> {
    if (this.waiting >= maxWaiting)
      throw new Unavailable('The check of networks', `${maxWaiting} networks wait for it; try again shortly.`);
    this.waiting++;
    const run = this.turn.then(() => this.exchange(request)).finally(() => this.waiting--);
    this.turn = run.catch(() => undefined);
    const reply = await run;
    if (!('refusal' in reply)) return reply;
    const { code, message, details } = reply.refusal;
    // The engine names fields from the specification on; a caller sent it as `spec`.
    const isInSpec = /^(kind|name|args|model)\b/.test(String(details.field));
    throw isInSpec
      ? new RatchetError(code, `spec.${message}`, { ...details, field: `spec.${String(details.field)}` })
      : new RatchetError(code, message, details);
  }

  private async exchange(request: DescribeRequest): Promise<DescribeReply> {
    if (this.idle) clearTimeout(this.idle);
    const child = (this.child ??= fork(path.join(__dirname, 'describe.child.js'), [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--max-old-space-size=1024'],
    }));
    try {
      return await supervised(child, request, limits);
    } catch (error) {
      this.retire();
      throw error;
    } finally {
      this.idle = setTimeout(() => this.retire(), idleMs).unref();
    }
  }

  private retire(): void {
    if (this.idle) clearTimeout(this.idle);
    this.child?.removeAllListeners();
    this.child?.kill('SIGKILL');
    this.child = null;
  }
}
