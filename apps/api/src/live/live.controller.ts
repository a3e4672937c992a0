import { Controller, Get, Req, Res } from '@nestjs/common';
import { Unauthenticated } from '@ratchet/domain';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AuthService } from '../auth/auth.service';
import type { Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, QueryOf } from '../http/parameters';
import { streamEvents } from './event.stream';
import { LiveHub } from './live.hub';

const topic = /^resource\/[a-z-]{1,40}(\/[\w-]{1,64})?$/;
const eventsQuery = z.strictObject({
  topics: z
    .string()
    .max(8000)
    .transform((text) => text.split(',').filter(Boolean))
    .refine((topics) => topics.length > 0 && topics.length <= 200, 'must name 1 to 200 topics, separated by commas')
    .refine(
      (topics) => topics.every((t) => topic.test(t)),
      'must be topics such as resource/trials or resource/trials/ID',
    ),
});

@Controller('api/events')
export class LiveController {
  constructor(
    private readonly hub: LiveHub,
    private readonly auth: AuthService,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Live changes of the named topics as server-sent events',
    access: 'viewer',
    alsoWorkers: true,
    produces: 'text/event-stream',
  })
  events(
    @QueryOf(eventsQuery) { topics }: z.output<typeof eventsQuery>,
    @CallerParam() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    const mayRead = () =>
      this.auth.authenticate(request).then(
        () => true,
        (error) => !(error instanceof Unauthenticated), // a database that is away takes nobody's rights
      );
    streamEvents(this.hub, new Set(topics), response, caller.kind === 'user' ? caller.expiresAt : null, mayRead);
  }
}
