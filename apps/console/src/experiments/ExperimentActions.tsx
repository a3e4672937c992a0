import { useState } from 'react';
import { Button } from '@mui/material';
import { Confirm, useCanAccess, useNotify, useRecordContext } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ExperimentView } from '@ratchet/contracts';
import { client, messageOf, showingProblems } from '../api/client';
import { isActive } from './trial.counts';

/** Cancel what has not finished; train the cells that are missing. */
export function ExperimentActions() {
  const experiment = useRecordContext<ExperimentView>();
  const [asking, setAsking] = useState(false);
  const notify = useNotify();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'experiments' });
  const { mutate, isPending } = useMutation({
    mutationFn: (verb: 'cancel' | 'run-missing') =>
      showingProblems(client.send('POST', `/api/experiments/${experiment?.id}/${verb}`)),
    onSuccess: (_, verb) =>
      notify(verb === 'cancel' ? 'The trials are being stopped.' : 'The missing trials are queued.', {
        type: 'success',
      }),
    onError: (error) => notify(messageOf(error), { type: 'error' }),
    onSettled: () => {
      setAsking(false);
      for (const resource of ['experiments', 'trials']) void queries.invalidateQueries({ queryKey: [resource] });
    },
  });
  if (!experiment || !canAccess) return null;
  return (
    <>
      <Button variant="outlined" size="small" disabled={isPending} onClick={() => mutate('run-missing')}>
        Run missing
      </Button>
      <Button
        variant="outlined"
        size="small"
        color="error"
        disabled={isPending || !isActive(experiment.counts)}
        onClick={() => setAsking(true)}
      >
        Cancel
      </Button>
      <Confirm
        isOpen={asking}
        loading={isPending}
        title="Cancel the experiment?"
        content="Queued and running trials stop. What they measured so far and the models already promoted stay."
        confirm="Cancel the trials"
        cancel="Let them run"
        onConfirm={() => mutate('cancel')}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
