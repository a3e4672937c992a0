import { Empty } from '../fields/Empty';
import { ListPage } from '../fields/ListPage';
import { VersionRows } from './VersionRows';

export default function DatasetVersionList() {
  return (
    <ListPage
      title="Dataset versions"
      empty={
        <Empty title="No dataset version yet" action={{ label: 'Datasets', to: '/datasets' }}>
          Every upload to a dataset becomes an immutable version of it.
        </Empty>
      }
    >
      <VersionRows />
    </ListPage>
  );
}
