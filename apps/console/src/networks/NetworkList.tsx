import { DataTable } from 'react-admin';
import type { NetworkView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { formatCount } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { ShowLink } from '../fields/ShowLink';

export default function NetworkList() {
  return (
    <ListPage
      title="Networks"
      create="New network"
      filters={[search]}
      empty={
        <Empty title="No network yet" action={{ label: 'New network', to: '/networks/create' }}>
          Pick an architecture from the zoo or bring a Keras model’s JSON. It is built and checked before it is
          registered.
        </Empty>
      }
    >
      <Rows<NetworkView>
        primary={(n) => n.name}
        secondary={(n) => n.description}
        tertiary={(n) => `${formatCount(n.parameters)} parameters`}
      >
        <DataTable.Col source="name" label="Network" render={() => <ShowLink />} />
        <DataTable.Col source="description" label="Description" disableSort />
        <DataTable.NumberCol source="parameters" label="Parameters" disableSort />
        <DataTable.NumberCol source="versions" label="Versions" disableSort />
        <DataTable.Col source="createdAt" label="Created" render={(n: NetworkView) => <Ago at={n.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
