import { Module } from '@nestjs/common';
import { TrialSweeper } from './trial.sweeper';
import { TrialsController } from './trials.controller';

@Module({ controllers: [TrialsController], providers: [TrialSweeper] })
export class TrialsModule {}
