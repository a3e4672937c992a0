import { Module } from '@nestjs/common';
import { HyperparameterSetsController } from './hyperparameter-sets.controller';

@Module({ controllers: [HyperparameterSetsController] })
export class HyperparameterSetsModule {}
