import type { DatasetVersionView, TaskView } from '@ratchet/contracts';

/** A dataset version can train a task when it has the very classes of it, in the same order. */
export const sameClasses = (version: Pick<DatasetVersionView, 'classes'>, task: Pick<TaskView, 'classes'>): boolean =>
  version.classes.length === task.classes.length && version.classes.every((name, i) => name === task.classes[i]);

/** What has to be registered before an experiment can be, in order. */
export function missingParts(have: Readonly<Record<'tasks' | 'networks' | 'sets', readonly unknown[]>>) {
  const needs = [
    { of: have.tasks, title: 'Create a task first', action: { label: 'New task', to: '/tasks/create' } },
    { of: have.networks, title: 'Register a network first', action: { label: 'New network', to: '/networks/create' } },
    {
      of: have.sets,
      title: 'Register hyperparameters first',
      action: { label: 'New set', to: '/hyperparameter-sets/create' },
    },
  ];
  return needs.filter(({ of }) => of.length === 0);
}

export interface ExperimentForm {
  readonly name?: string;
  readonly taskId?: string;
  readonly datasetVersionIds?: readonly string[];
  readonly networkVersionIds?: readonly string[];
  readonly hyperparameterSetIds?: readonly string[];
}

/** The body of a preview, or null while a choice is missing. The name does not matter to it. */
export function previewBody({ name, ...choices }: ExperimentForm) {
  const { taskId, datasetVersionIds, networkVersionIds, hyperparameterSetIds } = choices;
  const whole = taskId && datasetVersionIds?.length && networkVersionIds?.length && hyperparameterSetIds?.length;
  return whole
    ? { name: name?.trim() || 'preview', taskId, datasetVersionIds, networkVersionIds, hyperparameterSetIds }
    : null;
}
