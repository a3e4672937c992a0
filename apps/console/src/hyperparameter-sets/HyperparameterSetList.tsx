import { DataTable } from 'react-admin';
import type { HyperparameterSetView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { formatCount, formatValue } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { ShowLink } from '../fields/ShowLink';

const gridText = (grid: HyperparameterSetView['grid']): string =>
  Object.entries(grid)
    .map(([name, value]) => `${name} ${formatValue(value)}`)
    .join(' · ') || 'all defaults';

export default function HyperparameterSetList() {
  return (
    <ListPage
      title="Hyperparameter sets"
      create="New set"
      filters={[search]}
      empty={
        <Empty title="No hyperparameter set yet" action={{ label: 'New set', to: '/hyperparameter-sets/create' }}>
          A set fixes how networks are trained. Give a field several values and every combination becomes a trial.
        </Empty>
      }
    >
      <Rows<HyperparameterSetView>
        primary={(s) => s.name}
        secondary={(s) => gridText(s.grid)}
        tertiary={(s) => `${formatCount(s.combinations)} ×`}
      >
        <DataTable.Col source="name" label="Set" render={() => <ShowLink />} />
        <DataTable.Col
          label="Differs from the defaults in"
          disableSort
          render={(s: HyperparameterSetView) => gridText(s.grid)}
        />
        <DataTable.NumberCol source="combinations" label="Combinations" disableSort />
        <DataTable.Col
          source="createdAt"
          label="Created"
          render={(s: HyperparameterSetView) => <Ago at={s.createdAt} />}
        />
      </Rows>
    </ListPage>
  );
}
