import { apiKey, apiKeyCreate, auditEvent, user, userCreate } from './accounts';
import { challenge } from './challenges';
import { dataset, datasetCreate, datasetImport, datasetVersion } from './datasets';
import { experiment, experimentCreate, trial } from './experiments';
import { inferencer, trainer } from './fleet';
import { hyperparameterSet, hyperparameterSetCreate } from './hyperparameters';
import { deployment, modelVersion, promotion } from './models';
import { network, networkCreate, networkVersion } from './networks';
import { task, taskCreate } from './tasks';

/** Every REST collection under /api: what a row looks like and, where rows can be created, what creates one. */
export const resources = {
  tasks: { view: task, create: taskCreate },
  datasets: { view: dataset, create: datasetCreate },
  imports: { view: datasetImport },
  'dataset-versions': { view: datasetVersion },
  networks: { view: network, create: networkCreate },
  'network-versions': { view: networkVersion },
  'hyperparameter-sets': { view: hyperparameterSet, create: hyperparameterSetCreate },
  experiments: { view: experiment, create: experimentCreate },
  trials: { view: trial },
  'model-versions': { view: modelVersion },
  promotions: { view: promotion },
  deployments: { view: deployment },
  challenges: { view: challenge },
  trainers: { view: trainer },
  inferencers: { view: inferencer },
  users: { view: user, create: userCreate },
  'api-keys': { view: apiKey, create: apiKeyCreate },
  'audit-events': { view: auditEvent },
} as const;
export type ResourceName = keyof typeof resources;
