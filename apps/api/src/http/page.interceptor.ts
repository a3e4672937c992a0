import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Page } from '@ratchet/database';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import { ENDPOINT, type EndpointOptions } from './endpoint.decorator';
import type { ApiRequest } from './request.context';

/** Turns a `Page` into its rows and a `Content-Range` header, as react-admin's simple REST provider expects. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const endpoint = this.reflector.get<EndpointOptions | undefined>(ENDPOINT, context.getHandler());
    if (!endpoint?.list) return next.handle();
    const http = context.switchToHttp();
    return next.handle().pipe(
      map(({ rows, total }: Page<unknown>) => {
        const offset = http.getRequest<ApiRequest>().list?.offset ?? 0;
        const range = rows.length ? `${offset}-${offset + rows.length - 1}` : '*';
        http.getResponse<Response>().setHeader('Content-Range', `rows ${range}/${total}`);
        return rows;
      }),
    );
  }
}
