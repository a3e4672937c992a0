import { Alert, Stack } from '@mui/material';
import { Title, useGetList, useGetMany, useLocation } from 'react-admin';
import type { ExperimentView, TrialView } from '@ratchet/contracts';
import { Empty } from '../fields/Empty';
import { counted } from '../fields/format';
import { Trouble, Waiting } from '../fields/Waiting';
import { useLiveRefresh } from '../live/useSubscribe';
import { ComparedCurves } from './ComparedCurves';
import { ComparedFacts } from './ComparedFacts';
import { fewestCompared, idsOf, isId, mostCompared, problemOfCount } from './comparison';

/** Trials of any experiments side by side; which ones is in the address. */
export default function Comparison() {
  const ids = idsOf(useLocation().search);
  const problem = problemOfCount(ids.length);
  return (
    <>
      <Title title="Compare trials" />
      {problem ? <Uncomparable>{problem}</Uncomparable> : <Trials key={ids.join()} ids={ids} />}
    </>
  );
}

const Uncomparable = ({ children }: { children: string }) => (
  <Empty title="Nothing to compare" action={{ label: 'Choose trials', to: '/trials' }}>
    {children}
  </Empty>
);

function Trials({ ids }: { ids: readonly string[] }) {
  useLiveRefresh('resource/trials', ['trials']);
  const asked = ids.filter(isId);
  const { data, error, refetch } = useGetList<TrialView>(
    'trials',
    { filter: { id: asked }, pagination: { page: 1, perPage: mostCompared } },
    { enabled: asked.length > 0 },
  );
  const found = asked.length > 0 ? data : [];
  const { data: experiments } = useGetMany<ExperimentView>('experiments', {
    ids: [...new Set(found?.map((trial) => trial.experimentId))],
  });
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (!found) return <Waiting>Loading trials …</Waiting>;

  const trials = ids.flatMap((id) => found.find((trial) => trial.id === id) ?? []);
  const unknown = ids.filter((id) => !found.some((trial) => trial.id === id));
  const missing = `${counted(unknown.length, 'trial')} of this address ${unknown.length === 1 ? 'does' : 'do'} not exist: ${unknown.join(', ')}.`;
  if (trials.length < fewestCompared)
    return <Uncomparable>{`${missing} ${problemOfCount(trials.length)}`}</Uncomparable>;
  return (
    <Stack spacing={2} sx={{ mt: 1 }}>
      {unknown.length > 0 && (
        <Alert severity="warning" sx={{ overflowWrap: 'anywhere' }}>
          {missing} The others are compared.
        </Alert>
      )}
      {new Set(trials.map((trial) => trial.datasetVersionId)).size > 1 && (
        <Alert severity="info">
          These trials were validated on different images, each on those of its own dataset version: a higher accuracy
          may come from easier images.
        </Alert>
      )}
      <ComparedCurves trials={trials} experiments={experiments ?? []} />
      <ComparedFacts trials={trials} />
    </Stack>
  );
}
