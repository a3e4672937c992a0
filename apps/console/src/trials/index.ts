import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';
import type { TrialView } from '@ratchet/contracts';

export const trials: ResourceProps = {
  name: 'trials',
  list: lazy(() => import('./TrialList')),
  show: lazy(() => import('./TrialShow')),
  recordRepresentation: (trial: TrialView) => `${trial.networkName}, ${trial.id.slice(-6)}`,
  options: { label: 'Trials' },
};
