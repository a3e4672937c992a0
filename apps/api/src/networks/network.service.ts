import { Injectable } from '@nestjs/common';
import { InvalidInput, type NetworkSpec } from '@ratchet/domain';
import type { networkCreate, networkDescribe, NetworkVersionView, NetworkView } from '@ratchet/contracts';
import { digestOf, type ListRequest, NetworkRepository, type NewNetworkVersion, type Page } from '@ratchet/database';
import type { z } from 'zod';
import { NetworkDescriber } from './network.describer';
import { networkVersionView, networkView } from './network.views';

/** A Keras document; larger ones carry weights, which a registration does not need. */
const maxSpecBytes = 1 << 20;

@Injectable()
export class NetworkService {
  constructor(
    private readonly networks: NetworkRepository,
    private readonly describer: NetworkDescriber,
  ) {}

  async list(request: ListRequest): Promise<Page<NetworkView>> {
    const { rows, total } = await this.networks.list(request);
    return { rows: rows.map(networkView), total };
  }

  async get(id: string): Promise<NetworkView> {
    return networkView(await this.networks.get(id));
  }

  async listVersions(request: ListRequest): Promise<Page<NetworkVersionView>> {
    const { rows, total } = await this.networks.listVersions(request);
    return { rows: rows.map(networkVersionView), total };
  }

  async getVersion(id: string): Promise<NetworkVersionView> {
    return networkVersionView(await this.networks.getVersion(id));
  }

  /** @throws InvalidInput for a network that does not fit its input, naming the layer */
  async register({ name, description, ...network }: z.output<typeof networkCreate>): Promise<NetworkView> {
    return networkView(await this.networks.create({ name, description }, await this.built(network)));
  }

  async addVersion(id: string, network: z.output<typeof networkDescribe>): Promise<NetworkVersionView> {
    return networkVersionView(await this.networks.addVersion(id, await this.built(network)));
  }

  async update(id: string, change: { name?: string; description?: string }): Promise<NetworkView> {
    return networkView(await this.networks.update(id, change));
  }

  delete(id: string): Promise<void> {
    return this.networks.delete(id);
  }

  private async built({ spec, input, classes }: z.output<typeof networkDescribe>): Promise<NewNetworkVersion> {
    const bytes = Buffer.byteLength(JSON.stringify(spec));
    if (bytes > maxSpecBytes)
      throw new InvalidInput(
        'spec',
        `has ${bytes} bytes; ${maxSpecBytes} are allowed. Send the architecture without weights, as model.to_json() gives it`,
      );
    const description = await this.describer.describe(spec as NetworkSpec, input, classes);
    return { spec: spec as NetworkSpec, digest: digestOf(spec), description };
  }
}
