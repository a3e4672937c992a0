import { Button } from '@mui/material';
import { useCanAccess, useNotify } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, messageOf, showingProblems } from '../api/client';

/** Nothing is lost by stopping: the figures stay, and the champion answers everything again. */
export function StopButton({ taskId }: { taskId: string }) {
  const notify = useNotify();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'tasks' });
  const { mutate, isPending } = useMutation({
    mutationFn: () => showingProblems(client.send('DELETE', `/api/tasks/${taskId}/challenge`)),
    onSuccess: () => notify('The champion answers everything again.', { type: 'success' }),
    onError: (error) => notify(messageOf(error), { type: 'error' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['challenges'] }),
  });
  if (!canAccess) return null;
  return (
    <Button variant="contained" color="warning" loading={isPending} onClick={() => mutate()}>
      Stop
    </Button>
  );
}
