import { DataTable, ReferenceField, ReferenceInput, SelectInput } from 'react-admin';
import type { ModelVersionView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Empty } from '../fields/Empty';
import { formatBytes, formatCount, formatPercent } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';

const filters = [
  <ReferenceInput key="taskId" source="taskId" reference="tasks" alwaysOn>
    <SelectInput label="Task" optionText="title" emptyText="any" />
  </ReferenceInput>,
];

export default function ModelList() {
  return (
    <ListPage
      title="Models"
      filters={filters}
      empty={
        <Empty title="No model yet" action={{ label: 'New experiment', to: '/experiments/create' }}>
          A model is registered when a trial reaches a new best and its exported file has been measured on the gate set.
        </Empty>
      }
    >
      <Rows<ModelVersionView>
        primary={(m) => `Version ${m.version}${m.isChampion ? ', champion' : ''}`}
        secondary={(m) => `${formatBytes(m.bytes)}, epoch ${m.epoch}`}
        tertiary={(m) => formatPercent(m.gateAccuracy)}
      >
        <DataTable.Col
          source="version"
          label="Model"
          render={(m: ModelVersionView) => (
            <>
              <ShowLink>version {m.version}</ShowLink>
              {m.isChampion && ' champion'}
            </>
          )}
        />
        <DataTable.Col label="Task" disableSort>
          <ReferenceField source="taskId" reference="tasks" link="show" />
        </DataTable.Col>
        <DataTable.Col
          align="right"
          source="gateAccuracy"
          label="Gate accuracy"
          render={(m: ModelVersionView) => formatPercent(m.gateAccuracy)}
        />
        <DataTable.Col
          align="right"
          source="validationAccuracy"
          label="Validation accuracy"
          render={(m: ModelVersionView) => formatPercent(m.validationAccuracy)}
        />
        <DataTable.Col
          align="right"
          source="parameters"
          label="Parameters"
          disableSort
          render={(m: ModelVersionView) => formatCount(m.parameters)}
        />
        <DataTable.Col
          align="right"
          source="bytes"
          label="Size"
          disableSort
          render={(m: ModelVersionView) => formatBytes(m.bytes)}
        />
        <DataTable.Col
          label="Digest"
          disableSort
          render={(m: ModelVersionView) => <Digest value={m.digest} digits={8} />}
        />
        <DataTable.Col source="createdAt" label="Created" render={(m: ModelVersionView) => <Ago at={m.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
