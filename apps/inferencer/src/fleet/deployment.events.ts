import { setTimeout as delay } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** The API sends a comment at least every 15 s; a silent connection is a dead one. */
const SILENCE_MS = 40_000;

/**
 * Listens to the API's stream of deployment notices, so that a promotion arrives in milliseconds and not with the next
 * heartbeat. A notice carries nothing that is used: it makes this inferencer ask.
 */
export class DeploymentEvents {
  private readonly ended = new AbortController();

  constructor(
    private readonly api: { readonly dispatcher: Dispatcher; readonly origin: string; readonly token: string },
    private readonly onNotice: () => void,
    private readonly log: Logger,
  ) {}

  start(): void {
    void this.listenForEver();
  }

  stop(): void {
    this.ended.abort();
  }

  private async listenForEver(): Promise<void> {
    const { signal } = this.ended;
    let wait = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        await this.listen(() => (wait = FIRST_RETRY_MS));
      } catch (error) {
        this.log.debug({ cause: (error as Error).message }, 'the stream of deployment notices broke off');
      }
      await delay(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      wait = Math.min(LONGEST_RETRY_MS, wait * 2);
    }
  }

  /** Resolves or rejects when the stream ends. */
  private async listen(onOpen: () => void): Promise<void> {
    const { statusCode, body } = await this.api.dispatcher.request({
      origin: this.api.origin,
      path: '/internal/deployments/events',
      method: 'GET',
      headers: { authorization: `Bearer ${this.api.token}`, accept: 'text/event-stream' },
      bodyTimeout: SILENCE_MS,
      signal: this.ended.signal,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`the API answered ${statusCode}`);
    }
    onOpen();
    this.onNotice(); // what happened while nobody listened
    const parser = createParser({ onEvent: () => this.onNotice() });
    // undici hands out what it had buffered as bytes, whatever encoding is set afterwards.
    const decoder = new TextDecoder();
    for await (const chunk of body) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
  }
}
