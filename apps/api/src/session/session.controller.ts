import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { session, signIn, type SessionView } from '@ratchet/contracts';
import { Unauthenticated } from '@ratchet/domain';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { assertSameOrigin } from '../auth/same.origin';
import { clearSessionCookie, sessionToken, setSessionCookie } from '../auth/session.cookie';
import type { Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, JsonBody } from '../http/parameters';
import { API_CONFIG, type ApiConfig } from '../platform/platform.tokens';
import { SessionService } from './session.service';

@Controller('api/session')
export class SessionController {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly sessions: SessionService,
  ) {}

  @Post()
  @Endpoint({ summary: 'Sign in; the session comes as a cookie', access: 'public', answer: session })
  async signIn(
    @JsonBody(signIn) body: z.output<typeof signIn>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    assertSameOrigin(request);
    const { token, session } = await this.sessions.signIn(body.email, body.password, request.ip ?? 'unknown');
    setSessionCookie(response, token, new Date(session.expiresAt), this.config.api.secureCookies);
    return session;
  }

  @Get()
  @Endpoint({ summary: 'Who is signed in', access: 'viewer', answer: session })
  async current(@CallerParam() caller: Caller): Promise<SessionView> {
    if (caller.kind !== 'user') throw new Unauthenticated('An API key has no session.');
    return this.sessions.current(caller.id, caller.expiresAt);
  }

  @Delete()
  @Endpoint({ summary: 'Sign out', access: 'viewer' })
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = sessionToken(request);
    if (token) await this.sessions.end(token);
    clearSessionCookie(response, this.config.api.secureCookies);
  }
}
