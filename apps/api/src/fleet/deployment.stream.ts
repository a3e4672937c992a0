import type { Response } from 'express';
import type { LiveHub } from '../live/live.hub';

/** Proxies and the reader itself take a silent connection for a dead one. */
const COMMENT_EVERY_MS = 15_000;

/** Writes one event for every deployment, and one after a gap, until the reader leaves or the process stops. */
export function streamDeployments(hub: LiveHub, response: Response): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.write(': listening\n\n');
  const unsubscribe = hub.subscribe((message) => {
    if (message.type === 'deployment' || message.type === 'resumed')
      response.write(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`);
  });
  const comments = setInterval(() => response.write(': still here\n\n'), COMMENT_EVERY_MS);
  const end = () => response.end();
  hub.closed.addEventListener('abort', end);
  response.once('close', () => {
    hub.closed.removeEventListener('abort', end);
    clearInterval(comments);
    unsubscribe();
  });
}
