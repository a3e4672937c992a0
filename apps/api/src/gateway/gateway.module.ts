import { Module } from '@nestjs/common';
import { FleetModule } from '../fleet/fleet.module';
import { RepositoryModule } from '../repository/repository.module';
import { CallerCache } from './caller.cache';
import { GatewayService } from './gateway.service';

@Module({ imports: [FleetModule, RepositoryModule], providers: [CallerCache, GatewayService] })
export class GatewayModule {}
