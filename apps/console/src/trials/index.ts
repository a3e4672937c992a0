import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';
import { trialName } from './trial.facts';

export const trials: ResourceProps = {
  name: 'trials',
  list: lazy(() => import('./TrialList')),
  show: lazy(() => import('./TrialShow')),
  recordRepresentation: trialName,
  options: { label: 'Trials' },
};
