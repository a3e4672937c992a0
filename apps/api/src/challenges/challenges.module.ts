import { Module } from '@nestjs/common';
import { ChallengesController } from './challenges.controller';
import { TaskChallengeController } from './task.challenge.controller';

@Module({ controllers: [ChallengesController, TaskChallengeController] })
export class ChallengesModule {}
