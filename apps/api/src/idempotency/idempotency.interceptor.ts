import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Conflict, InvalidInput } from '@ratchet/domain';
import { type IdempotentCall, IdempotencyRepository } from '@ratchet/database';
import type { Response } from 'express';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { ENDPOINT, type EndpointOptions } from '../http/endpoint.decorator';
import type { ApiRequest } from '../http/request.context';

/** Gives a repeated creating call the first call's answer. Failed calls leave their key free. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: IdempotencyRepository,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const endpoint = this.reflector.get<EndpointOptions | undefined>(ENDPOINT, context.getHandler());
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const key = request.get('idempotency-key');
    if (!endpoint?.idempotent || key === undefined || !request.caller) return next.handle();
    if (!/^[\x21-\x7e]{1,200}$/.test(key))
      throw new InvalidInput('Idempotency-Key', 'must be 1 to 200 visible ASCII characters');

    const call: IdempotentCall = {
      caller: request.caller.id,
      key,
      route: `${request.method} ${request.path}`,
      requestDigest: createHash('sha256')
        .update(JSON.stringify([request.query, request.body ?? null])) // an upload's options may lie in its query
        .digest('hex'),
    };
    const claim = await this.keys.claim(call);
    const response = context.switchToHttp().getResponse<Response>();
    switch (claim.kind) {
      case 'different':
        throw new InvalidInput('Idempotency-Key', 'was used for another request; use a new one for each new thing');
      case 'running':
        throw new Conflict('The first request with this Idempotency-Key is still running; ask again shortly.');
      case 'lost':
        throw new Conflict(
          'The first request with this Idempotency-Key was cut off before it answered, and may have taken effect. Look whether what it asked for is there; if not, ask again with a new key.',
        );
      case 'answered':
        response.setHeader('Idempotency-Replayed', 'true');
        return of(claim.response);
    }
    const answer: unknown = await lastValueFrom(next.handle()).catch(async (error: unknown) => {
      await this.keys.release(call);
      throw error;
    });
    await this.keys.answer(call, response.statusCode, answer);
    return of(answer);
  }
}
