import { DataTable } from 'react-admin';
import type { DatasetView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { formatCount } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { ShowLink } from '../fields/ShowLink';

export default function DatasetList() {
  return (
    <ListPage
      title="Datasets"
      create="New dataset"
      filters={[search]}
      empty={
        <Empty title="No dataset yet" action={{ label: 'New dataset', to: '/datasets/create' }}>
          A dataset is a named collection of labelled images. Name one, then upload a zip or tar with a folder for each
          class.
        </Empty>
      }
    >
      <Rows<DatasetView>
        primary={(d) => d.name}
        secondary={(d) => `${formatCount(d.images)} images, ${d.versions} versions`}
        tertiary={(d) => <Ago at={d.createdAt} />}
      >
        <DataTable.Col source="name" label="Dataset" render={() => <ShowLink />} />
        <DataTable.Col source="description" label="Description" disableSort />
        <DataTable.NumberCol source="versions" label="Versions" disableSort />
        <DataTable.NumberCol source="images" label="Images" disableSort />
        <DataTable.Col source="createdAt" label="Created" render={(d: DatasetView) => <Ago at={d.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
