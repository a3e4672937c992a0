import type { LiveEvent } from '@ratchet/domain';
import { Client } from 'pg';
import { LIVE_CHANNEL } from './live-notice';

export interface LiveObserver {
  onEvent(event: LiveEvent): void;
  /** Called after a lost connection is back: events in between were missed, so what was read should be read again. */
  onGap?(): void;
  onError?(error: Error): void;
}

export interface LiveListener {
  close(): Promise<void>;
}

const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 5_000;

/**
 * Listens to live events on a connection of its own, and connects again for as long as it takes.
 * Resolves once the first connection listens; rejects when that one fails. An observer that throws is reported to
 * `onError` and breaks nothing.
 */
export async function listenLive(url: string, observer: LiveObserver): Promise<LiveListener> {
  let closed = false;
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;

  const report = (error: unknown) => observer.onError?.(error instanceof Error ? error : new Error(String(error)));

  const connect = async (): Promise<void> => {
    const fresh = new Client({ connectionString: url, keepAlive: true, application_name: 'ratchet live' });
    fresh.on('error', report);
    fresh.on('end', () => {
      if (client === fresh) client = null;
      if (!closed) retry(FIRST_DELAY_MS);
    });
    fresh.on('notification', ({ payload }) => {
      try {
        if (payload) observer.onEvent(JSON.parse(payload) as LiveEvent);
      } catch (error) {
        report(error);
      }
    });
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${LIVE_CHANNEL}`);
    } catch (error) {
      fresh.removeAllListeners('end');
      await fresh.end().catch(() => {});
      throw error;
    }
    client = fresh;
    if (closed) await fresh.end();
  };

  const retry = (delay: number): void => {
    if (timer || closed) return;
    timer = setTimeout(() => {
      timer = null;
      connect().then(
        () => observer.onGap?.(),
        (error) => {
          report(error);
          retry(Math.min(delay * 2, LAST_DELAY_MS));
        },
      );
    }, delay);
  };

  await connect();
  return {
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await client?.end();
    },
  };
}
