import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { LiveEvent } from '@ratchet/domain';
import { listenLive, type LiveListener } from '@ratchet/database';
import type { Logger } from 'pino';
import { API_CONFIG, type ApiConfig, LOGGER } from '../platform/platform.tokens';

/** `resumed`: events may have been missed, so what was read should be read again. */
export type LiveMessage = LiveEvent | { readonly type: 'resumed' };
/** After these, who may ask has to be looked up again. */
export const doubtsCallers = (message: LiveMessage): boolean =>
  message.type === 'resumed' ||
  (message.type === 'changed' && (message.resource === 'api-keys' || message.resource === 'users'));

export type LiveSubscriber = (message: LiveMessage) => void;

/** One connection to the database's notices, shared by everybody in this process who wants to hear them. */
@Injectable()
export class LiveHub implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly subscribers = new Set<LiveSubscriber>();
  private listener: LiveListener | null = null;
  private readonly closing = new AbortController();
  /** Aborts when the process is about to stop: open streams end then. */
  readonly closed = this.closing.signal;

  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    this.listener = await listenLive(this.config.database.url, {
      onEvent: (event) => this.publish(event),
      onGap: () => this.publish({ type: 'resumed' }),
      onError: (error) => this.logger.warn({ err: error }, 'live events are interrupted'),
    });
  }

  onModuleDestroy(): void {
    this.closing.abort();
  }

  async onApplicationShutdown(): Promise<void> {
    this.subscribers.clear();
    await this.listener?.close();
  }

  /** @returns how to stop. A subscriber that throws is logged and hurts nobody else. */
  subscribe(subscriber: LiveSubscriber): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  private publish(message: LiveMessage): void {
    for (const subscriber of this.subscribers)
      try {
        subscriber(message);
      } catch (error) {
        this.logger.error({ err: error }, 'a live subscriber failed');
      }
  }
}
