import { createInterface } from 'node:readline';
import { NotFound, type ObjectStore, objectKeys } from '@ratchet/domain';
import { logLine } from '@ratchet/contracts';
import type { z } from 'zod';

/** Read from the end of the object: a chatty trial does not make a large answer. */
const readBytes = 1 << 20;

/** The last lines a trial's attempt wrote; none while it has written nothing. Lines cut off or broken are left out. */
export async function readTrialLog(
  store: ObjectStore,
  trialId: string,
  attempt: number,
  lines: number,
): Promise<z.output<typeof logLine>[]> {
  const key = objectKeys.trialLog(trialId, attempt);
  const info = await store.stat(key);
  if (!info || info.size === 0) return [];
  const read: z.output<typeof logLine>[] = [];
  try {
    const body = await store.get(key, { start: Math.max(0, info.size - readBytes), end: info.size - 1 });
    for await (const text of createInterface({ input: body })) {
      const line = logLine.safeParse(parsed(text));
      if (line.success) read.push(line.data);
    }
  } catch (error) {
    if (!(error instanceof NotFound)) throw error; // replaced while we looked
  }
  return read.slice(-lines);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
