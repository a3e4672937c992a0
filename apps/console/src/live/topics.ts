import type { LiveEvent } from '@ratchet/domain';

const of = (resource: string, id: string) => [`resource/${resource}`, `resource/${resource}/${id}`];

/** The topics whose subscribers an event concerns, in react-admin's notation. */
export function topicsOf(event: LiveEvent): string[] {
  switch (event.type) {
    case 'changed':
      return of(event.resource, event.id);
    case 'trial':
      return [...of('trials', event.id), ...of('experiments', event.experimentId)];
    case 'metrics':
      return [`resource/trials/${event.trialId}`, `resource/experiments/${event.experimentId}`];
    case 'import':
      return [...of('imports', event.id), ...of('datasets', event.datasetId)];
    case 'promotion':
      return [...of('promotions', event.id), ...of('tasks', event.taskId)];
    case 'deployment':
      return ['resource/deployments', ...of('tasks', event.taskId)];
  }
}
