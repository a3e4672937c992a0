import { DataTable } from 'react-admin';
import type { ExperimentView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { formatPercent } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { ShowLink } from '../fields/ShowLink';
import { TrialProgress } from './TrialProgress';

export default function ExperimentList() {
  return (
    <ListPage
      title="Experiments"
      create="New experiment"
      filters={[search]}
      empty={
        <Empty title="No experiment yet" action={{ label: 'New experiment', to: '/experiments/create' }}>
          An experiment trains every combination of datasets, networks and hyperparameter sets. The best of them goes
          live by itself.
        </Empty>
      }
    >
      <Rows<ExperimentView>
        primary={(e) => e.name}
        secondary={(e) => <TrialProgress counts={e.counts} />}
        tertiary={(e) => formatPercent(e.bestValidationAccuracy)}
      >
        <DataTable.Col source="name" label="Experiment" render={() => <ShowLink />} />
        <DataTable.Col
          label="Task"
          disableSort
          render={(e: ExperimentView) => (
            <ShowLink resource="tasks" id={e.taskId}>
              {e.taskName}
            </ShowLink>
          )}
        />
        <DataTable.Col label="Trials" disableSort render={(e: ExperimentView) => <TrialProgress counts={e.counts} />} />
        <DataTable.Col
          label="Best validation accuracy"
          disableSort
          render={(e: ExperimentView) => (
            <ShowLink resource="trials" id={e.bestTrialId}>
              {formatPercent(e.bestValidationAccuracy)}
            </ShowLink>
          )}
        />
        <DataTable.Col source="createdAt" label="Created" render={(e: ExperimentView) => <Ago at={e.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
