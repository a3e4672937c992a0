import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InferencerRegistry } from '@ratchet/database';
import type { Logger } from 'pino';
import { LiveHub } from '../live/live.hub';
import { LOGGER } from '../platform/platform.tokens';
import { FleetDirectory } from './fleet.directory';

const EVERY_MS = 2_000;
const HEARD_WITHIN_S = 30;

/** Reads, at every change and every two seconds, what inferencers told other API processes, and what they told this one before it was restarted. */
@Injectable()
export class FleetWatch implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private failing = false;
  private looking = false;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly registry: InferencerRegistry,
    private readonly directory: FleetDirectory,
    private readonly hub: LiveHub,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    this.stopListening = this.hub.subscribe((message) => {
      if (message.type === 'changed' && message.resource === 'inferencers') void this.look();
    });
    this.timer = setInterval(() => void this.look(), EVERY_MS);
    await this.look();
  }

  onModuleDestroy(): void {
    this.stopListening();
    if (this.timer) clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      this.directory.merge(await this.registry.heardWithin(HEARD_WITHIN_S));
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn({ err: error }, 'the fleet cannot be read; what is known of it stays in use');
      this.failing = true;
    } finally {
      this.looking = false;
    }
  }
}
