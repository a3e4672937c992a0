import { Module } from '@nestjs/common';
import { FleetDirectory } from './fleet.directory';
import { FleetService } from './fleet.service';
import { FleetWatch } from './fleet.watch';
import { InferencersController } from './inferencers.controller';
import { InternalFleetController } from './internal.fleet.controller';
import { TrainersController } from './trainers.controller';

@Module({
  controllers: [InferencersController, InternalFleetController, TrainersController],
  providers: [FleetDirectory, FleetService, FleetWatch],
  exports: [FleetDirectory],
})
export class FleetModule {}
