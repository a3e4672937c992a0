import { AsyncLocalStorage } from 'node:async_hooks';
import type { Request } from 'express';
import type { Caller } from './caller';

interface RequestContext {
  readonly correlationId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, and whatever it starts, under a correlation id. */
export const withCorrelation = <T>(correlationId: string, work: () => T): T => storage.run({ correlationId }, work);

/** Of the request that is being served; null outside of one. */
export const correlationId = (): string | null => storage.getStore()?.correlationId ?? null;

/** What our guards and pipes leave on a request for those after them. */
export interface ApiRequest extends Request {
  caller?: Caller;
  list?: { readonly offset: number };
}
