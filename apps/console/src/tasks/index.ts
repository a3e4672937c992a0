import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const tasks: ResourceProps = {
  name: 'tasks',
  list: lazy(() => import('./TaskList')),
  show: lazy(() => import('./TaskShow')),
  create: lazy(() => import('./TaskCreate')),
  edit: lazy(() => import('./TaskEdit')),
  recordRepresentation: 'title',
  options: { label: 'Tasks' },
};
