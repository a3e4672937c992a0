import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';
import type { DatasetVersionView } from '@ratchet/contracts';

export const datasetVersions: ResourceProps = {
  name: 'dataset-versions',
  list: lazy(() => import('./DatasetVersionList')),
  show: lazy(() => import('./DatasetVersionShow')),
  recordRepresentation: (v: DatasetVersionView) => `${v.datasetName} v${v.version}`,
  options: { label: 'Dataset versions' },
};
