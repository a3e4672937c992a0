import { Module } from '@nestjs/common';
import { FleetModule } from '../fleet/fleet.module';
import { CallerCache } from './caller.cache';
import { GatewayService } from './gateway.service';

@Module({ imports: [FleetModule], providers: [CallerCache, GatewayService] })
export class GatewayModule {}
