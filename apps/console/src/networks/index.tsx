import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';
import { Route } from 'react-router-dom';
import type { NetworkVersionView } from '@ratchet/contracts';

const NetworkVersionCreate = lazy(() => import('./NetworkVersionCreate'));

export const networks: ResourceProps = {
  name: 'networks',
  list: lazy(() => import('./NetworkList')),
  show: lazy(() => import('./NetworkShow')),
  create: lazy(() => import('./NetworkCreate')),
  children: <Route path=":id/versions/create" element={<NetworkVersionCreate />} />,
  recordRepresentation: 'name',
  options: { label: 'Networks' },
};
export const networkVersions: ResourceProps = {
  name: 'network-versions',
  recordRepresentation: (v: NetworkVersionView) => `${v.networkName} v${v.version}`,
};
