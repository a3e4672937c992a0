import type { NetworkVersionView, NetworkView } from '@ratchet/contracts';
import type { ListedNetwork, NamedNetworkVersion } from '@ratchet/database';

export const networkView = ({ latest, ...network }: ListedNetwork): NetworkView => ({
  id: network.id,
  name: network.name,
  description: network.description,
  latestVersionId: latest.id,
  versions: latest.version,
  parameters: latest.description.parameters,
  createdAt: network.createdAt.toISOString(),
});

export const networkVersionView = (version: NamedNetworkVersion): NetworkVersionView =>
  ({
    id: version.id,
    networkId: version.networkId,
    networkName: version.network.name,
    version: version.version,
    spec: version.spec,
    digest: version.digest,
    description: version.description,
    createdAt: version.createdAt.toISOString(),
  }) as NetworkVersionView;
