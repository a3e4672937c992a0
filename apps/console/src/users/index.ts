import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const users: ResourceProps = {
  name: 'users',
  list: lazy(() => import('./UserList')),
  create: lazy(() => import('./UserCreate')),
  edit: lazy(() => import('./UserEdit')),
  recordRepresentation: 'email',
  options: { label: 'Users' },
};
