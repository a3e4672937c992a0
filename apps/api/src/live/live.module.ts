import { Global, Module } from '@nestjs/common';
import { LiveController } from './live.controller';
import { LiveHub } from './live.hub';

@Global()
@Module({ controllers: [LiveController], providers: [LiveHub], exports: [LiveHub] })
export class LiveModule {}
