import { Alert, LinearProgress } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useWatch } from 'react-hook-form';
import { experimentPreview } from '@ratchet/contracts';
import { client, messageOf } from '../api/client';
import { formatCount } from '../fields/format';
import { previewBody, type ExperimentForm } from './experiment.form';

/** What a launch would do, before it is done. */
export function Preview() {
  const form = useWatch<ExperimentForm>() as ExperimentForm;
  const body = previewBody({ ...form, name: undefined });
  const { data, error, isFetching } = useQuery({
    queryKey: ['experiments', 'preview', body],
    enabled: body !== null,
    retry: false,
    queryFn: () => client.call('POST', '/api/experiments/preview', experimentPreview, body),
  });
  if (!body) return <Alert severity="info">The number of trials shows here once everything is chosen.</Alert>;
  if (error) return <Alert severity="error">{messageOf(error)}</Alert>;
  if (isFetching || !data) return <LinearProgress aria-label="Counting trials" />;
  return (
    <Alert severity="info">
      This launches <b>{formatCount(data.trials)}</b> {data.trials === 1 ? 'trial' : 'trials'} of together{' '}
      <b>{formatCount(data.epochs)}</b> epochs.
    </Alert>
  );
}
