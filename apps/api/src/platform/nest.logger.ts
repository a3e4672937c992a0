import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in our log. Its boot chatter is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.logger.debug({ context: rest.at(-1) }, String(message));
  debug = this.log;
  verbose = this.log;
  warn = (message: unknown, ...rest: unknown[]): void => this.logger.warn({ context: rest.at(-1) }, String(message));
  error = (message: unknown, ...rest: unknown[]): void => this.logger.error({ rest }, String(message));
  fatal = (message: unknown, ...rest: unknown[]): void => this.logger.fatal({ rest }, String(message));
}
