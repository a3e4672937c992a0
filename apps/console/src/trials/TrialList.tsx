import { SelectInput } from 'react-admin';
import { trialStates } from '@ratchet/domain';
import { Empty } from '../fields/Empty';
import { ListPage } from '../fields/ListPage';
import { search } from '../fields/search.filter';
import { TrialRows } from './TrialRows';

const filters = [
  search,
  <SelectInput
    key="state"
    source="state"
    label="State"
    alwaysOn
    emptyText="any"
    choices={trialStates.map((id) => ({ id, name: id.toLowerCase() }))}
  />,
];

export default function TrialList() {
  return (
    <ListPage
      title="Trials"
      filters={filters}
      sort={{ field: 'queuedAt', order: 'DESC' }}
      empty={
        <Empty title="No trial yet" action={{ label: 'New experiment', to: '/experiments/create' }}>
          Trials come from experiments: one for each combination of dataset, network and hyperparameters.
        </Empty>
      }
    >
      <TrialRows withExperiment />
    </ListPage>
  );
}
