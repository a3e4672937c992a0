import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { atLeast, Forbidden } from '@ratchet/domain';
import { ENDPOINT, type EndpointOptions } from '../http/endpoint.decorator';
import type { ApiRequest } from '../http/request.context';
import { AuthService } from './auth.service';

/** Nothing is open unless its `@Endpoint` says so. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly auth: AuthService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const endpoint = this.reflector.get<EndpointOptions | undefined>(ENDPOINT, context.getHandler());
    if (!endpoint) throw new Forbidden('This route is not described and therefore closed.');
    if (endpoint.access === 'public') return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const caller = await this.auth.authenticate(request);
    request.caller = caller;
    if (caller.kind === 'worker') {
      if (endpoint.access === 'worker' || endpoint.alsoWorkers) return true;
      throw new Forbidden('The worker token opens only the internal routes; use an API key here.');
    }
    if (endpoint.access === 'worker') throw new Forbidden('Only trainers and inferencers may call this route.');
    if (!atLeast(caller.role, endpoint.access))
      throw new Forbidden(`This takes the role ${endpoint.access}; you are ${caller.role}.`, {
        needed: endpoint.access,
        role: caller.role,
      });
    return true;
  }
}
