import { Module } from '@nestjs/common';
import { FleetModule } from '../fleet/fleet.module';
import { ModelRepository } from './model.repository';
import { RepositoryController } from './repository.controller';

@Module({
  imports: [FleetModule],
  controllers: [RepositoryController],
  providers: [ModelRepository],
  exports: [ModelRepository],
})
export class RepositoryModule {}
