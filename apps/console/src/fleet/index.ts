import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const inferencers: ResourceProps = {
  name: 'inferencers',
  list: lazy(() => import('./Fleet')),
  options: { label: 'Fleet' },
};
export const trainers: ResourceProps = { name: 'trainers', options: { label: 'Trainers' } };
