import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const deployments: ResourceProps = {
  name: 'deployments',
  list: lazy(() => import('./DeploymentList')),
  options: { label: 'Deployments' },
};
