import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';
import type { NetworkVersionView } from '@ratchet/contracts';

export const networks: ResourceProps = {
  name: 'networks',
  list: lazy(() => import('./NetworkList')),
  show: lazy(() => import('./NetworkShow')),
  create: lazy(() => import('./NetworkCreate')),
  recordRepresentation: 'name',
  options: { label: 'Networks' },
};
export const networkVersions: ResourceProps = {
  name: 'network-versions',
  recordRepresentation: (v: NetworkVersionView) => `${v.networkName} v${v.version}`,
};
