import { useState } from 'react';
import { Button } from '@mui/material';
import { Confirm, useCanAccess, useNotify } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TaskView } from '@ratchet/contracts';
import { client, messageOf, showingProblems } from '../api/client';

/** Takes a task's champion off the whole fleet, or brings it back; for administrators. */
export function ServingButton({ task }: { task: TaskView }) {
  const [asking, setAsking] = useState(false);
  const notify = useNotify();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'repository' });
  const order = task.served ? 'unload' : 'load';
  const { mutate, isPending } = useMutation({
    mutationFn: () => showingProblems(client.send('POST', `/v2/repository/models/${task.name}/${order}`)),
    onSuccess: () =>
      notify(task.served ? 'The fleet lets the model go.' : 'The fleet is loading the champion.', { type: 'success' }),
    onError: (error) => notify(messageOf(error), { type: 'error' }),
    onSettled: () => {
      setAsking(false);
      for (const resource of ['tasks', 'inferencers']) void queries.invalidateQueries({ queryKey: [resource] });
    },
  });
  if (!canAccess || !task.champion) return null;
  if (!task.served)
    return (
      <Button
        variant="outlined"
        color="inherit"
        size="small"
        loading={isPending}
        onClick={() => mutate()}
        aria-label={`Load ${task.title}`}
      >
        Load
      </Button>
    );
  return (
    <>
      <Button variant="outlined" color="warning" onClick={() => setAsking(true)}>
        Unload
      </Button>
      <Confirm
        isOpen={asking}
        loading={isPending}
        title={`Unload ${task.title}`}
        content="Every inferencer lets the model go; requests to this task are refused until it is loaded again. Trials and promotions go on."
        confirm="Unload"
        cancel="Keep it loaded"
        onConfirm={() => mutate()}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
