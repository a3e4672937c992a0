import { Controller, Get } from '@nestjs/common';
import { challenge, type ChallengeView } from '@ratchet/contracts';
import { Challenges, type ListRequest, type Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';
import { challengeView } from './challenge.view';

@Controller('api/challenges')
export class ChallengesController {
  constructor(private readonly challenges: Challenges) {}

  @Get()
  @Endpoint({ summary: 'Canaries and shadows', access: 'viewer', answer: z.array(challenge), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<ChallengeView>> {
    const { rows, total } = await this.challenges.list(request);
    return { rows: rows.map(challengeView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One challenge, with what the fleet saw of it so far', access: 'viewer', answer: challenge })
  async get(@IdParam('id', 'challenge') id: string): Promise<ChallengeView> {
    return challengeView(await this.challenges.get(id));
  }
}
