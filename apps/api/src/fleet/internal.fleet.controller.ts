import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { desiredDeployments, inferencerHeartbeat, type InferencerHeartbeat } from '@ratchet/contracts';
import type { DesiredDeployment } from '@ratchet/domain';
import type { Response } from 'express';
import { Endpoint } from '../http/endpoint.decorator';
import { JsonBody } from '../http/parameters';
import { LiveHub } from '../live/live.hub';
import { streamDeployments } from './deployment.stream';
import { FleetService } from './fleet.service';

/** What inferencers and the API have to say to each other. */
@Controller('internal')
export class InternalFleetController {
  constructor(
    private readonly fleet: FleetService,
    private readonly hub: LiveHub,
  ) {}

  @Post('inferencers/heartbeat')
  @HttpCode(200)
  @Endpoint({
    summary: 'An inferencer says what it serves and hears what it should serve',
    access: 'worker',
    answer: desiredDeployments,
  })
  heartbeat(@JsonBody(inferencerHeartbeat) beat: InferencerHeartbeat): Promise<DesiredDeployment[]> {
    return this.fleet.heartbeat(beat);
  }

  @Get('deployments/events')
  @Endpoint({
    summary: 'A notice at every new deployment, as server-sent events',
    access: 'worker',
    produces: 'text/event-stream',
  })
  events(@Res() response: Response): void {
    streamDeployments(this.hub, response);
  }
}
