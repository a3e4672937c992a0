import { NotFound } from '@ratchet/domain';
import { type DataSource, type EntityManager, In, IsNull, type SelectQueryBuilder } from 'typeorm';
import { newId } from '../columns';
import { explaining } from '../errors';
import type { ListFields, ListRequest, Page } from '../listing/list.request';
import { listRows } from '../listing/list.rows';
import { notifyLive } from '../live/live-notice';
import { NetworkVersion } from './network-version.entity';
import { Network } from './network.entity';

const fields: ListFields = {
  id: { column: 'network.id', kind: 'uuid' },
  name: { column: 'network.name', kind: 'text', searched: true },
  description: { column: 'network.description', kind: 'text', searched: true, unsortable: true },
  latestVersionId: { column: 'latest.id', kind: 'uuid' },
  versions: { column: 'latest.version', kind: 'number' },
  parameters: { column: "CAST(latest.description->>'parameters' AS bigint)", kind: 'number' },
  createdAt: { column: 'network.createdAt', kind: 'time' },
};
const versionFields: ListFields = {
  id: { column: 'version.id', kind: 'uuid' },
  networkId: { column: 'version.networkId', kind: 'uuid' },
  networkName: { column: 'network.name', kind: 'text', searched: true },
  version: { column: 'version.version', kind: 'number' },
  digest: { column: 'version.digest', kind: 'text' },
  createdAt: { column: 'version.createdAt', kind: 'time' },
};

export type NewNetworkVersion = Pick<NetworkVersion, 'spec' | 'digest' | 'description'>;
export type ListedNetwork = Network & { readonly latest: NetworkVersion };
export type NamedNetworkVersion = NetworkVersion & { readonly network: Network };

/** Networks and their immutable versions. What was deleted is neither listed nor offered, but its versions stay. */
export class NetworkRepository {
  constructor(private readonly database: DataSource) {}

  list(request: ListRequest): Promise<Page<ListedNetwork>> {
    return listRows(this.query().where('network.deletedAt IS NULL'), fields, request) as Promise<Page<ListedNetwork>>;
  }

  async get(id: string): Promise<ListedNetwork> {
    const network = await this.query().where({ id, deletedAt: IsNull() }).getOne();
    if (!network) throw new NotFound('network', id);
    return network as ListedNetwork;
  }

  listVersions(request: ListRequest): Promise<Page<NamedNetworkVersion>> {
    const query = this.database
      .createQueryBuilder(NetworkVersion, 'version')
      .innerJoinAndSelect('version.network', 'network');
    return listRows(query, versionFields, request) as Promise<Page<NamedNetworkVersion>>;
  }

  async getVersion(id: string): Promise<NamedNetworkVersion> {
    const version = await this.database.manager.findOne(NetworkVersion, {
      where: { id },
      relations: { network: true },
    });
    if (!version) throw new NotFound('network version', id);
    return version as NamedNetworkVersion;
  }

  /** Versions by id, of networks that were not deleted. */
  findVersions(ids: readonly string[]): Promise<NamedNetworkVersion[]> {
    return this.database.manager.find(NetworkVersion, {
      where: { id: In([...ids]), network: { deletedAt: IsNull() } },
      relations: { network: true },
    }) as Promise<NamedNetworkVersion[]>;
  }

  /** @throws Conflict for a taken name */
  async create(network: Pick<Network, 'name' | 'description'>, version: NewNetworkVersion): Promise<ListedNetwork> {
    const id = newId();
    await this.database.transaction(async (manager) => {
      await explaining(
        { networks_name_key: `There is a network named '${network.name}' already; choose another name.` },
        () => manager.insert(Network, { ...network, id }),
      );
      await insertVersion(manager, id, 1, version);
      await notifyLive(manager, { type: 'changed', resource: 'networks', id });
    });
    return this.get(id);
  }

  /** Adds a version. The same architecture again is the version it was. */
  async addVersion(networkId: string, version: NewNetworkVersion): Promise<NamedNetworkVersion> {
    const versionId = await this.database.transaction(async (manager) => {
      const network = await lockNetwork(manager, networkId);
      const same = await manager.findOneBy(NetworkVersion, { networkId: network.id, digest: version.digest });
      if (same) return same.id;
      const next = (await manager.maximum(NetworkVersion, 'version', { networkId: network.id })) ?? 0;
      const id = await insertVersion(manager, network.id, next + 1, version);
      await notifyLive(manager, { type: 'changed', resource: 'networks', id: network.id });
      return id;
    });
    return this.getVersion(versionId);
  }

  async update(id: string, change: Partial<Pick<Network, 'name' | 'description'>>): Promise<ListedNetwork> {
    await this.database.transaction(async (manager) => {
      const network = await lockNetwork(manager, id);
      if (Object.keys(change).length)
        await explaining(
          { networks_name_key: `There is a network named '${change.name}' already; choose another name.` },
          () => manager.update(Network, { id: network.id }, change),
        );
      await notifyLive(manager, { type: 'changed', resource: 'networks', id: network.id });
    });
    return this.get(id);
  }

  async delete(id: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const network = await lockNetwork(manager, id);
      await manager.update(Network, { id: network.id }, { deletedAt: new Date() });
      await notifyLive(manager, { type: 'changed', resource: 'networks', id: network.id });
    });
  }

  private query(): SelectQueryBuilder<Network> {
    return this.database.createQueryBuilder(Network, 'network').innerJoinAndMapOne(
      'network.latest',
      NetworkVersion,
      'latest',
      `latest.networkId = network.id AND latest.version =
           (SELECT max(v.version) FROM network_versions v WHERE v.network_id = network.id)`,
    );
  }
}

async function lockNetwork(manager: EntityManager, id: string): Promise<Network> {
  const network = await manager.findOne(Network, {
    where: { id, deletedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  });
  if (!network) throw new NotFound('network', id);
  return network;
}

async function insertVersion(
  manager: EntityManager,
  networkId: string,
  version: number,
  { spec, digest, description }: NewNetworkVersion,
): Promise<string> {
  const id = newId();
  await manager
    .createQueryBuilder()
    .insert()
    .into(NetworkVersion)
    .values({ id, networkId, version, spec: spec as object, digest, description: description as object })
    .execute();
  return id;
}
