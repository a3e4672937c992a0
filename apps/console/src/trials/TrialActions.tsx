import { Button } from '@mui/material';
import { useCanAccess, useNotify, useRecordContext } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TrialView } from '@ratchet/contracts';
import { isTerminal, mayBecome } from '@ratchet/domain';
import { client, messageOf, showingProblems } from '../api/client';

export function TrialActions() {
  const trial = useRecordContext<TrialView>();
  const notify = useNotify();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'trials' });
  const { mutate, isPending } = useMutation({
    mutationFn: (verb: 'cancel' | 'retry') => showingProblems(client.send('POST', `/api/trials/${trial?.id}/${verb}`)),
    onSuccess: (_, verb) =>
      notify(verb === 'cancel' ? 'The trial is being stopped.' : 'The trial is queued again.', { type: 'success' }),
    onError: (error) => notify(messageOf(error), { type: 'error' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['trials'] }),
  });
  if (!trial || !canAccess) return null;
  if (!isTerminal(trial.state))
    return (
      <Button
        variant="outlined"
        size="small"
        color="error"
        loading={isPending}
        disabled={trial.cancelRequested}
        onClick={() => mutate('cancel')}
      >
        {trial.cancelRequested ? 'Stopping …' : 'Cancel'}
      </Button>
    );
  if (!mayBecome(trial.state, 'QUEUED')) return null;
  return (
    <Button variant="outlined" size="small" loading={isPending} onClick={() => mutate('retry')}>
      Retry
    </Button>
  );
}
