import { DataTable, ReferenceField, useGetList, useReference } from 'react-admin';
import type { ChallengeView, DeploymentView, TaskView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Empty } from '../fields/Empty';
import { formatMs } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';
import { useLiveRefresh } from '../live/useSubscribe';
import { unreported } from './deployment.after';

/** From the promoting commit to an inferencer's report of serving it; it may never come. */
function After({ deployment, at }: { deployment: DeploymentView; at: string | null }) {
  const { taskId, generation, reason, createdAt } = deployment;
  const { referenceRecord: task } = useReference<TaskView>({ reference: 'tasks', id: taskId });
  const challenged = !at && reason === 'challenge';
  useLiveRefresh(challenged ? 'resource/challenges' : null, ['challenges']);
  const { data } = useGetList<ChallengeView>(
    'challenges',
    {
      filter: { taskId, generation },
      sort: { field: 'createdAt', order: 'DESC' },
      pagination: { page: 1, perPage: 1 },
    },
    { enabled: challenged },
  );
  if (at) return formatMs(Math.max(0, Date.parse(at) - Date.parse(createdAt)));
  return unreported(deployment, task?.champion?.generation ?? 0, data?.[0]);
}
const toModel = (_id: unknown, _resource: unknown, record: unknown) =>
  `/model-versions/${(record as DeploymentView).modelVersionId}/show`;

export default function DeploymentList() {
  return (
    <ListPage
      title="Deployments"
      empty={
        <Empty title="Nothing deployed yet" action={{ label: 'New experiment', to: '/experiments/create' }}>
          A promotion or a rollback orders the fleet to a new generation; how fast it got there is kept here.
        </Empty>
      }
    >
      <Rows<DeploymentView>
        rowClick={toModel}
        primary={(d) => `Generation ${d.generation}`}
        secondary={(d) => (
          <>
            {d.reason}, whole fleet: <After deployment={d} at={d.lastServingAt} />
          </>
        )}
        tertiary={(d) => <Ago at={d.createdAt} />}
      >
        <DataTable.Col label="Task" disableSort>
          <ReferenceField source="taskId" reference="tasks" link="show" />
        </DataTable.Col>
        <DataTable.NumberCol source="generation" label="Generation" disableSort />
        <DataTable.Col
          label="Model"
          disableSort
          render={(d: DeploymentView) => (
            <>
              <ShowLink resource="model-versions" id={d.modelVersionId}>
                model
              </ShowLink>{' '}
              <Digest value={d.digest} digits={8} />
            </>
          )}
        />
        <DataTable.Col source="reason" label="Because of" disableSort />
        <DataTable.Col
          align="right"
          source="firstServingAt"
          label="First serving after"
          disableSort
          render={(d: DeploymentView) => <After deployment={d} at={d.firstServingAt} />}
        />
        <DataTable.Col
          align="right"
          source="lastServingAt"
          label="Whole fleet after"
          disableSort
          render={(d: DeploymentView) => <After deployment={d} at={d.lastServingAt} />}
        />
        <DataTable.Col source="createdAt" label="When" render={(d: DeploymentView) => <Ago at={d.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
