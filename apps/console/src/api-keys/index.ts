import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const apiKeys: ResourceProps = {
  name: 'api-keys',
  list: lazy(() => import('./ApiKeyList')),
  create: lazy(() => import('./ApiKeyCreate')),
  recordRepresentation: 'name',
  options: { label: 'API keys' },
};
