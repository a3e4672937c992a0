import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';
import type { ModelVersionView } from '@ratchet/contracts';

export const modelVersions: ResourceProps = {
  name: 'model-versions',
  list: lazy(() => import('./ModelList')),
  show: lazy(() => import('./ModelShow')),
  recordRepresentation: (model: ModelVersionView) => `version ${model.version}`,
  options: { label: 'Models' },
};
