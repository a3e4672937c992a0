import { Button, Stack } from '@mui/material';
import { DeleteButton, LinkBase, useCanAccess, useGetList, useGetOne, useRecordContext } from 'react-admin';
import type { NetworkVersionView, NetworkView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Facts } from '../fields/Facts';
import { formatValue } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowPage } from '../fields/ShowPage';
import { Trouble, Waiting } from '../fields/Waiting';
import { LayerTable } from './LayerTable';

export default function NetworkShow() {
  return (
    <ShowPage title={<RecordTitle kind="Network" />} actions={<Actions />}>
      <Latest />
    </ShowPage>
  );
}

function Actions() {
  const network = useRecordContext<NetworkView>();
  const { canAccess } = useCanAccess({ action: 'create', resource: 'networks' });
  return (
    <>
      {network && canAccess && (
        <Button component={LinkBase} to={`/networks/${network.id}/versions/create`} variant="outlined">
          New version
        </Button>
      )}
      <DeleteButton mutationMode="pessimistic" />
    </>
  );
}

function Latest() {
  const network = useRecordContext<NetworkView>();
  const id = network?.latestVersionId ?? '';
  const {
    data: version,
    error,
    refetch,
  } = useGetOne<NetworkVersionView>('network-versions', { id }, { enabled: Boolean(id) });
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (!network || !version) return <Waiting>Loading the network …</Waiting>;
  const { spec } = version;
  return (
    <Stack spacing={2}>
      <Section title={`${network.name}, version ${version.version}`} hint={network.description || undefined}>
        <Facts
          facts={[
            ['Kind', spec.kind === 'zoo' ? `zoo: ${spec.name}` : 'Keras layers'],
            ...(spec.kind === 'zoo'
              ? Object.entries(spec.args).map(([name, value]) => [name, formatValue(value)] as const)
              : []),
            ['Digest', <Digest key="digest" value={version.digest} />],
            ['Registered', <Ago key="at" at={version.createdAt} />],
          ]}
        />
      </Section>
      <Section title="Layers" hint="For other inputs and class counts the same layers are built anew." flush>
        <LayerTable description={version.description} />
      </Section>
      <OlderVersions network={network} />
    </Stack>
  );
}

function OlderVersions({ network }: { network: NetworkView }) {
  const { data } = useGetList<NetworkVersionView>('network-versions', {
    filter: { networkId: network.id },
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: 50 },
  });
  const older = data?.filter((v) => v.id !== network.latestVersionId) ?? [];
  if (older.length === 0) return null;
  return (
    <Section title="Earlier versions">
      <Facts
        facts={older.map((v) => [
          `Version ${v.version}`,
          <span key={v.id}>
            <Digest value={v.digest} digits={8} /> <Ago at={v.createdAt} />
          </span>,
        ])}
      />
    </Section>
  );
}
