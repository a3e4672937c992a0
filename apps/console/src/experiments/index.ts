import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const experiments: ResourceProps = {
  name: 'experiments',
  list: lazy(() => import('./ExperimentList')),
  show: lazy(() => import('./ExperimentShow')),
  create: lazy(() => import('./ExperimentCreate')),
  recordRepresentation: 'name',
  options: { label: 'Experiments' },
};
