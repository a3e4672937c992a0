import { Controller, Delete, Put } from '@nestjs/common';
import { challenge, challengeRequest, type ChallengeView } from '@ratchet/contracts';
import { Challenges } from '@ratchet/database';
import type { z } from 'zod';
import { actorOf, type Caller } from '../http/caller';
import { Endpoint } from '../http/endpoint.decorator';
import { CallerParam, IdParam, JsonBody } from '../http/parameters';
import { challengeView } from './challenge.view';

/** Both calls are audited by their own transactions. */
@Controller('api/tasks/:id/challenge')
export class TaskChallengeController {
  constructor(private readonly challenges: Challenges) {}

  @Put()
  @Endpoint({
    summary: 'Let a model answer a share of the champion’s requests (canary) or a copy of them (shadow)',
    access: 'engineer',
    answer: challenge,
  })
  async start(
    @IdParam('id', 'task') taskId: string,
    @JsonBody(challengeRequest) body: z.output<typeof challengeRequest>,
    @CallerParam() caller: Caller,
  ): Promise<ChallengeView> {
    return challengeView(await this.challenges.start({ taskId, ...body, actor: actorOf(caller) }));
  }

  @Delete()
  @Endpoint({ summary: 'End the challenge: the champion answers everything', access: 'engineer', answer: challenge })
  async stop(@IdParam('id', 'task') taskId: string, @CallerParam() caller: Caller): Promise<ChallengeView> {
    return challengeView(await this.challenges.stop(taskId, actorOf(caller)));
  }
}
