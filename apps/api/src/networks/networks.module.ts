import { Module } from '@nestjs/common';
import { NetworkDescriber } from './network.describer';
import { NetworkService } from './network.service';
import { NetworksController, NetworkVersionsController } from './networks.controller';

@Module({
  controllers: [NetworksController, NetworkVersionsController],
  providers: [NetworkDescriber, NetworkService],
  exports: [NetworkDescriber],
})
export class NetworksModule {}
