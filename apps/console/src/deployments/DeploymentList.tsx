import { DataTable, ReferenceField } from 'react-admin';
import type { DeploymentView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Empty } from '../fields/Empty';
import { formatMs } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';

/** From the promoting commit to an inferencer's report of serving it. */
const after = (deployment: DeploymentView, at: string | null): string =>
  at ? formatMs(Math.max(0, Date.parse(at) - Date.parse(deployment.createdAt))) : 'not yet';
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
        secondary={(d) =>
          `${d.reason}, ${d.lastServingAt ? `whole fleet after ${after(d, d.lastServingAt)}` : 'not on the whole fleet'}`
        }
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
          render={(d: DeploymentView) => after(d, d.firstServingAt)}
        />
        <DataTable.Col
          align="right"
          source="lastServingAt"
          label="Whole fleet after"
          disableSort
          render={(d: DeploymentView) => after(d, d.lastServingAt)}
        />
        <DataTable.Col source="createdAt" label="When" render={(d: DeploymentView) => <Ago at={d.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
