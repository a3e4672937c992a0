import { CreateBase, SaveButton, Title, useGetOne, useNotify, useRedirect } from 'react-admin';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router-dom';
import type { NetworkVersionView, NetworkView } from '@ratchet/contracts';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';
import { ArchitectureForm } from './ArchitectureForm';
import { formOf, specOf } from './network.form';

/** The latest version of a network, to be changed into its next one. */
export default function NetworkVersionCreate() {
  const { id = '' } = useParams();
  const network = useGetOne<NetworkView>('networks', { id });
  const latestId = network.data?.latestVersionId ?? '';
  const latest = useGetOne<NetworkVersionView>('network-versions', { id: latestId }, { enabled: Boolean(latestId) });
  const queries = useQueryClient();
  const redirect = useRedirect();
  const notify = useNotify();
  const error = network.error ?? latest.error;
  if (error) return <Trouble error={error} retry={() => void (network.error ? network : latest).refetch()} />;
  if (!latest.data) return <Waiting>Loading the network …</Waiting>;
  const onSuccess = (version: NetworkVersionView) => {
    for (const resource of ['networks', 'network-versions']) void queries.invalidateQueries({ queryKey: [resource] });
    notify(
      version.version > latest.data.version
        ? `Version ${version.version} is registered.`
        : `This architecture is version ${version.version} already.`,
      { type: 'info' },
    );
    redirect('show', 'networks', id);
  };
  return (
    <CreateBase resource={`networks/${id}/versions`} transform={specOf} mutationOptions={{ onSuccess }}>
      <Title title={`New version of ${latest.data.networkName}`} />
      <ArchitectureForm defaults={formOf(latest.data)}>
        <Section
          title={`Version ${latest.data.version + 1}`}
          hint="Earlier versions, and the trials that used them, stay as they are."
        >
          <SaveButton label="Register version" icon={<></>} alwaysEnable />
        </Section>
      </ArchitectureForm>
    </CreateBase>
  );
}
