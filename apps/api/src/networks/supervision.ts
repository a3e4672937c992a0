import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { InvalidInput } from '@ratchet/domain';
import type { DescribeReply, DescribeRequest } from './describe.messages';

export interface DescribeLimits {
  readonly seconds: number;
  /** Resident memory of the process; kept where the system tells, elsewhere only the time is limited. */
  readonly bytes: number;
}

const watchMs = 100;

/**
 * One request and its reply. The child is left as it is, whatever it does next.
 * @throws InvalidInput if it takes too long, takes too much memory, or dies
 */
export function supervised(
  child: ChildProcess,
  request: DescribeRequest,
  limits: DescribeLimits,
): Promise<DescribeReply> {
  return new Promise((resolve, reject) => {
    const began = Date.now();
    const end = (settle: () => void) => {
      clearInterval(watch);
      child.removeAllListeners();
      settle();
    };
    const watch = setInterval(() => {
      if (Date.now() - began > limits.seconds * 1000)
        return end(() => reject(refused(`took longer than ${limits.seconds} s to build`)));
      void residentBytes(child.pid).then((bytes) => {
        if (bytes > limits.bytes)
          end(() => reject(refused(`needs more than ${limits.bytes / 2 ** 30} GiB of memory to build`)));
      });
    }, watchMs);
    child.once('message', (reply: DescribeReply) => end(() => resolve(reply)));
    child.once('error', (error) => end(() => reject(error)));
    child.once('exit', () =>
      end(() => reject(refused('ended the process that built it, most likely for want of memory'))),
    );
    child.send(request);
  });
}

const refused = (what: string): InvalidInput =>
  new InvalidInput('spec', `the network ${what}; use fewer or smaller layers`);

async function residentBytes(pid: number | undefined): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0');
  return Number(statm.split(' ')[1]) * 4096;
}
