import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const datasets: ResourceProps = {
  name: 'datasets',
  list: lazy(() => import('./DatasetList')),
  show: lazy(() => import('./DatasetShow')),
  create: lazy(() => import('./DatasetCreate')),
  recordRepresentation: 'name',
  options: { label: 'Datasets' },
};
export const imports: ResourceProps = { name: 'imports' };
