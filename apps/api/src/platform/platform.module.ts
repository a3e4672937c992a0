import { type DynamicModule, Global, Module } from '@nestjs/common';
import { openObjectStore } from '@ratchet/object-store';
import type { Logger } from 'pino';
import { Queues } from './queues';
import { type ApiConfig, API_CONFIG, LOGGER, OBJECT_STORE } from './platform.tokens';

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
        Queues,
      ],
      exports: [API_CONFIG, LOGGER, OBJECT_STORE, Queues],
    };
  }
}
