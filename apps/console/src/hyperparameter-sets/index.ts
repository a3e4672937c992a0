import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const hyperparameterSets: ResourceProps = {
  name: 'hyperparameter-sets',
  list: lazy(() => import('./HyperparameterSetList')),
  show: lazy(() => import('./HyperparameterSetShow')),
  create: lazy(() => import('./HyperparameterSetCreate')),
  recordRepresentation: 'name',
  options: { label: 'Hyperparameter sets' },
};
