import { Module } from '@nestjs/common';
import { ModelVersionsController } from './model-versions.controller';

@Module({ controllers: [ModelVersionsController] })
export class ModelVersionsModule {}
