import { Button } from '@mui/material';
import { useNotify } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, messageOf, showingProblems } from '../api/client';

/** Stops an import; nothing of it becomes a version. */
export function CancelImportButton({ importId }: { importId: string }) {
  const queries = useQueryClient();
  const notify = useNotify();
  const { mutate, isPending } = useMutation({
    mutationFn: () => showingProblems(client.send('POST', `/api/imports/${importId}/cancel`)),
    onError: (error) => notify(messageOf(error), { type: 'error' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['imports'] }),
  });
  return (
    <Button size="small" color="inherit" variant="outlined" loading={isPending} onClick={() => mutate()}>
      Cancel
    </Button>
  );
}
