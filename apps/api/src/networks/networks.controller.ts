import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import {
  network,
  networkCreate,
  networkDescribe,
  networkDescription,
  networkVersion,
  zooEntry,
  type NetworkVersionView,
  type NetworkView,
  type ZooEntryView,
} from '@ratchet/contracts';
import type { NetworkDescription, NetworkSpec } from '@ratchet/domain';
import type { ListRequest, Page } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, JsonBody, ListParam } from '../http/parameters';
import { NetworkDescriber } from './network.describer';
import { NetworkService } from './network.service';

const networkUpdate = z.strictObject({
  name: networkCreate.shape.name.optional(),
  description: z.string().trim().max(4000).optional(),
});

@Controller('api/networks')
export class NetworksController {
  constructor(
    private readonly networks: NetworkService,
    private readonly describer: NetworkDescriber,
  ) {}

  @Get()
  @Endpoint({ summary: 'Networks', access: 'viewer', answer: z.array(network), list: true })
  list(@ListParam() request: ListRequest): Promise<Page<NetworkView>> {
    return this.networks.list(request);
  }

  @Get('zoo')
  @Endpoint({ summary: 'Architectures that come with Ratchet', access: 'viewer', answer: z.array(zooEntry) })
  zoo(): Promise<ZooEntryView[]> {
    return this.describer.zoo();
  }

  @Post('describe')
  @Endpoint({
    summary: 'Layer table of a network, without registering it',
    access: 'viewer',
    answer: networkDescription,
  })
  describe(@JsonBody(networkDescribe) body: z.output<typeof networkDescribe>): Promise<NetworkDescription> {
    return this.describer.describe(body.spec as NetworkSpec, body.input, body.classes);
  }

  @Get(':id')
  @Endpoint({ summary: 'One network', access: 'viewer', answer: network })
  get(@IdParam('id', 'network') id: string): Promise<NetworkView> {
    return this.networks.get(id);
  }

  @Post()
  @Endpoint({
    summary: 'Register a network; it is built and shape-checked first',
    access: 'engineer',
    answer: network,
    status: 201,
    idempotent: true,
    audit: 'networks.create',
  })
  create(@JsonBody(networkCreate) body: z.output<typeof networkCreate>): Promise<NetworkView> {
    return this.networks.register(body);
  }

  @Post(':id/versions')
  @Endpoint({
    summary: 'Add a version; the same architecture again is the version it was',
    access: 'engineer',
    answer: networkVersion,
    status: 201,
    idempotent: true,
    audit: 'networks.add-version',
  })
  addVersion(
    @IdParam('id', 'network') id: string,
    @JsonBody(networkDescribe) body: z.output<typeof networkDescribe>,
  ): Promise<NetworkVersionView> {
    return this.networks.addVersion(id, body);
  }

  @Patch(':id')
  @Endpoint({ summary: 'Rename or describe a network', access: 'engineer', answer: network, audit: 'networks.update' })
  update(
    @IdParam('id', 'network') id: string,
    @JsonBody(networkUpdate) body: z.output<typeof networkUpdate>,
  ): Promise<NetworkView> {
    return this.networks.update(id, body);
  }

  @Delete(':id')
  @Endpoint({ summary: 'Hide a network from new experiments', access: 'engineer', audit: 'networks.delete' })
  delete(@IdParam('id', 'network') id: string): Promise<void> {
    return this.networks.delete(id);
  }
}

@Controller('api/network-versions')
export class NetworkVersionsController {
  constructor(private readonly networks: NetworkService) {}

  @Get()
  @Endpoint({ summary: 'Network versions', access: 'viewer', answer: z.array(networkVersion), list: true })
  list(@ListParam() request: ListRequest): Promise<Page<NetworkVersionView>> {
    return this.networks.listVersions(request);
  }

  @Get(':id')
  @Endpoint({ summary: 'One network version', access: 'viewer', answer: networkVersion })
  get(@IdParam('id', 'network version') id: string): Promise<NetworkVersionView> {
    return this.networks.getVersion(id);
  }
}
