import type { ResourceProps } from 'react-admin';
import { apiKeys } from '../api-keys';
import { auditEvents } from '../audit-events';
import { datasetVersions } from '../dataset-versions';
import { datasets, imports } from '../datasets';
import { deployments } from '../deployments';
import { experiments } from '../experiments';
import { inferencers, trainers } from '../fleet';
import { hyperparameterSets } from '../hyperparameter-sets';
import { modelVersions } from '../model-versions';
import { networks, networkVersions } from '../networks';
import { promotions } from '../promotions';
import { tasks } from '../tasks';
import { trials } from '../trials';
import { users } from '../users';

/** Every resource of the API, under the API's names. */
export const resources: readonly ResourceProps[] = [
  datasets,
  datasetVersions,
  imports,
  tasks,
  networks,
  networkVersions,
  hyperparameterSets,
  experiments,
  trials,
  modelVersions,
  promotions,
  deployments,
  inferencers,
  trainers,
  users,
  apiKeys,
  auditEvents,
];
