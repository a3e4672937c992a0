import { topicsOf } from '@ratchet/contracts';
import type { Response } from 'express';
import { doubtsCallers, type LiveHub, type LiveMessage } from './live.hub';

const heartbeatMs = 15_000;
/** A reader that lets this much pile up is let go; it connects again and reads anew. */
const maxBufferedBytes = 1 << 20;

/**
 * Writes the events of `topics` to a response until its reader leaves, falls behind, or may no longer read.
 * @param mayRead asked again when a key was revoked or a user changed
 */
export function streamEvents(
  hub: LiveHub,
  topics: ReadonlySet<string>,
  response: Response,
  expiresAt: Date | null,
  mayRead: () => Promise<boolean>,
): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.write('retry: 1000\n: listening\n\n');

  const write = (text: string): void => {
    if (response.writableLength > maxBufferedBytes) response.destroy();
    else response.write(text);
  };
  const unsubscribe = hub.subscribe((message: LiveMessage) => {
    if (message.type === 'resumed' || topicsOf(message).some((topic) => topics.has(topic)))
      write(`data: ${JSON.stringify(message)}\n\n`);
    if (doubtsCallers(message)) void mayRead().then((may) => may || response.end());
  });
  const heartbeat = setInterval(() => {
    if (expiresAt && expiresAt.getTime() <= Date.now()) response.end();
    else write(': still here\n\n');
  }, heartbeatMs);
  const end = () => response.end();
  hub.closed.addEventListener('abort', end);
  response.once('close', () => {
    hub.closed.removeEventListener('abort', end);
    clearInterval(heartbeat);
    unsubscribe();
  });
}
