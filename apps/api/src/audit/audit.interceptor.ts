import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuditRepository } from '@ratchet/database';
import { concatMap, type Observable } from 'rxjs';
import { actorOf } from '../http/caller';
import { ENDPOINT, type EndpointOptions } from '../http/endpoint.decorator';
import type { ApiRequest } from '../http/request.context';

/** Names what an answer or a path points at; never copies a body, which may hold a password. */
const idOf = (answer: unknown, request: ApiRequest): string | null => {
  const id = request.params.id ?? (answer as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
};

/** Records every call whose endpoint names an `audit` action, once it succeeded and before it is acknowledged. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditRepository,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const action = this.reflector.get<EndpointOptions | undefined>(ENDPOINT, context.getHandler())?.audit;
    if (!action) return next.handle();
    const request = context.switchToHttp().getRequest<ApiRequest>();
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        const { name } = (answer ?? {}) as { name?: unknown };
        await this.audit.record({
          actor: request.caller ? actorOf(request.caller) : 'anonymous',
          action,
          resource: action.split('.')[0],
          resourceId: idOf(answer, request),
          detail: typeof name === 'string' ? { name } : {},
        });
        return answer;
      }),
    );
  }
}
