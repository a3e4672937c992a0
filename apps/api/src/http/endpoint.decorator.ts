import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import type { Role } from '@ratchet/domain';
import type { z } from 'zod';

export interface EndpointOptions {
  /** One line for the OpenAPI document. */
  readonly summary: string;
  /** The least role that may call it; `worker` is for trainers and inferencers alone, `public` for everyone. */
  readonly access: Role | 'worker' | 'public';
  /** The worker token opens it as well. */
  readonly alsoWorkers?: true;
  /** Of a JSON answer. An endpoint with neither `answer` nor `produces` answers 204. */
  readonly answer?: z.ZodType;
  /** The handler returns a `Page`, whose rows are the answer; its place goes into `Content-Range`. */
  readonly list?: true;
  /** Media types of a body that is not JSON; the handler reads it itself. */
  readonly consumes?: readonly string[];
  /** Media type of an answer that is not JSON; the handler writes it itself. */
  readonly produces?: string;
  readonly status?: number;
  /** A creating call that `Idempotency-Key` protects from happening twice. */
  readonly idempotent?: true;
  /** What the audit trail calls it, such as `tasks.create`. Calls that change nothing have none. */
  readonly audit?: string;
}

export const ENDPOINT = 'ratchet:endpoint';

/** Beside Nest's `@Get`, `@Post` …: who may call a route and what it answers. The API does not start without it. */
export const Endpoint = (options: EndpointOptions): MethodDecorator =>
  applyDecorators(
    SetMetadata(ENDPOINT, options),
    HttpCode(options.status ?? (options.answer || options.produces ? 200 : 204)),
  );
