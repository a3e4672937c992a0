import { Module } from '@nestjs/common';
import { OpenApiController } from './openapi.controller';

/** The document itself is provided by the application, which knows all modules. */
@Module({ controllers: [OpenApiController] })
export class OpenApiModule {}
