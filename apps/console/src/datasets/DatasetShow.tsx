import { Stack } from '@mui/material';
import { DeleteButton, Pagination, ReferenceManyField, useGetList, useRecordContext } from 'react-admin';
import type { DatasetImportView, DatasetView } from '@ratchet/contracts';
import { VersionRows } from '../dataset-versions/VersionRows';
import { Empty } from '../fields/Empty';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowPage } from '../fields/ShowPage';
import { ImportCard } from './ImportCard';
import { UploadPanel } from './UploadPanel';

export default function DatasetShow() {
  return (
    <ShowPage
      title={<RecordTitle kind="Dataset" />}
      actions={<DeleteButton mutationMode="pessimistic" />}
      touches={['imports', 'dataset-versions']}
    >
      <Upload />
      <Versions />
    </ShowPage>
  );
}

function Upload() {
  const dataset = useRecordContext<DatasetView>();
  const { data: imports } = useGetList<DatasetImportView>(
    'imports',
    {
      filter: { datasetId: dataset?.id },
      sort: { field: 'createdAt', order: 'DESC' },
      pagination: { page: 1, perPage: 5 },
    },
    {
      enabled: Boolean(dataset),
      // Progress inside a running import makes no event of its own.
      refetchInterval: ({ state }) =>
        state.data?.data?.some((i: DatasetImportView) => i.state === 'PENDING' || i.state === 'RUNNING') ? 1000 : false,
    },
  );
  if (!dataset) return null;
  return (
    <Section title="Upload" hint={dataset.description || undefined}>
      <Stack spacing={2}>
        <UploadPanel datasetId={dataset.id} />
        {imports?.map((record) => (
          <ImportCard key={record.id} record={record} />
        ))}
      </Stack>
    </Section>
  );
}

const Versions = () => (
  <Section title="Versions" flush>
    <ReferenceManyField
      reference="dataset-versions"
      target="datasetId"
      sort={{ field: 'createdAt', order: 'DESC' }}
      pagination={<Pagination rowsPerPageOptions={[10, 25]} />}
      perPage={10}
      empty={<Empty title="No version yet">Drop an archive above: every upload becomes an immutable version.</Empty>}
    >
      <VersionRows />
    </ReferenceManyField>
  </Section>
);
