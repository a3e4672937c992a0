import type { Config } from '@ratchet/config';

/** The groups of the configuration that the API reads. */
export const apiConfigGroups = ['database', 'redis', 'objectStore', 'api', 'gateway', 'logging', 'telemetry'] as const;
export type ApiConfig = Pick<Config, (typeof apiConfigGroups)[number]>;

/** Injection tokens of what is no class: `@Inject(API_CONFIG) config: ApiConfig`, `@Inject(OBJECT_STORE) store: ObjectStore`, `@Inject(LOGGER) logger: Logger` (pino). */
export const API_CONFIG = Symbol('ApiConfig');
export const OBJECT_STORE = Symbol('ObjectStore');
export const LOGGER = Symbol('Logger');
/** `Tracer | null`: there is none unless traces are wanted. */
export const TRACER = Symbol('Tracer');
