import { hostname } from 'node:os';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { openObjectStore } from '@ratchet/object-store';
import type { Tracer } from '@ratchet/telemetry';
import type { Logger } from 'pino';
import { Queues } from './queues';
import { type ApiConfig, API_CONFIG, LOGGER, OBJECT_STORE, TRACER } from './platform.tokens';

/** The SDK is loaded only where traces are wanted. */
async function openTracer({ telemetry: { endpoint, share } }: ApiConfig, logger: Logger): Promise<Tracer | null> {
  if (endpoint === null) return null;
  const { openTracer: open } = await import('@ratchet/telemetry');
  const service = { name: 'ratchet-api', version: '0.1.0', instance: `${hostname()}:${process.pid}` };
  return open({ endpoint, share }, service, (cause) => logger.warn({ cause }, 'traces cannot be sent'));
}

/** What every other module may ask for. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(config: ApiConfig, logger: Logger): DynamicModule {
    return {
      module: PlatformModule,
      providers: [
        { provide: API_CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: OBJECT_STORE, useFactory: () => openObjectStore(config.objectStore) },
        { provide: TRACER, useFactory: () => openTracer(config, logger) },
        Queues,
      ],
      exports: [API_CONFIG, LOGGER, OBJECT_STORE, TRACER, Queues],
    };
  }
}
