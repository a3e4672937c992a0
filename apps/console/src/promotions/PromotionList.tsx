import { DataTable, ReferenceField, ReferenceInput, SelectInput } from 'react-admin';
import { promotionOutcomes, type PromotionView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { formatP, formatPercent } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';

const filters = [
  <ReferenceInput key="taskId" source="taskId" reference="tasks" alwaysOn>
    <SelectInput label="Task" optionText="title" emptyText="any" />
  </ReferenceInput>,
  <SelectInput
    key="outcome"
    source="outcome"
    label="Decision"
    alwaysOn
    emptyText="any"
    choices={promotionOutcomes.map((id) => ({ id, name: id }))}
  />,
];
const toModel = (_id: unknown, _resource: unknown, record: unknown) =>
  `/model-versions/${(record as PromotionView).modelVersionId}/show`;

export default function PromotionList() {
  return (
    <ListPage
      title="Promotions"
      filters={filters}
      empty={
        <Empty title="No gate decision yet" action={{ label: 'New experiment', to: '/experiments/create' }}>
          Each candidate that claims to beat a champion is measured on the task’s gate set; every decision is kept here
          with its evidence.
        </Empty>
      }
    >
      <Rows<PromotionView>
        rowClick={toModel}
        primary={(p) => (
          <>
            {formatPercent(p.gateAccuracy)} <StateChip state={p.outcome} />
          </>
        )}
        secondary={(p) => p.reason}
        tertiary={(p) => <Ago at={p.createdAt} />}
      >
        <DataTable.Col
          source="gateAccuracy"
          label="Gate accuracy"
          render={(p: PromotionView) => (
            <ShowLink resource="model-versions" id={p.modelVersionId}>
              {formatPercent(p.gateAccuracy)}
            </ShowLink>
          )}
        />
        <DataTable.Col label="Task" disableSort>
          <ReferenceField source="taskId" reference="tasks" link="show" />
        </DataTable.Col>
        <DataTable.Col label="Decision" disableSort render={(p: PromotionView) => <StateChip state={p.outcome} />} />
        <DataTable.Col
          align="right"
          source="againstAccuracy"
          label="Champion then"
          disableSort
          render={(p: PromotionView) => formatPercent(p.againstAccuracy)}
        />
        <DataTable.Col
          align="right"
          label="Gained / lost"
          disableSort
          sx={{ whiteSpace: 'nowrap' }}
          render={(p: PromotionView) => (p.againstId ? `${p.gained} / ${p.lost}` : '–')}
        />
        <DataTable.Col
          align="right"
          source="p"
          label="p"
          sx={{ whiteSpace: 'nowrap' }}
          render={(p: PromotionView) => (p.againstId ? formatP(p.p) : '–')}
        />
        <DataTable.Col label="Why" disableSort sx={{ minWidth: 220 }} render={(p: PromotionView) => p.reason} />
        <DataTable.Col source="createdAt" label="When" render={(p: PromotionView) => <Ago at={p.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
