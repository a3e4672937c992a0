import { Module } from '@nestjs/common';
import { NetworksModule } from '../networks/networks.module';
import { ExperimentService } from './experiment.service';
import { ExperimentsController } from './experiments.controller';

@Module({ imports: [NetworksModule], controllers: [ExperimentsController], providers: [ExperimentService] })
export class ExperimentsModule {}
