import { useState } from 'react';
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  TextField,
} from '@mui/material';
import { useCanAccess, useNotify } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TaskView } from '@ratchet/contracts';
import { client, messageOf, showingProblems } from '../api/client';

const orders = {
  promote: {
    title: 'Promote to champion of',
    text: 'This model beat the champion at the gate and goes live on the whole fleet at once.',
    button: 'Promote',
    color: 'primary',
  },
  rollback: {
    title: 'Roll back',
    text: 'An earlier champion goes live again on the whole fleet at once.',
    button: 'Roll back',
    color: 'warning',
  },
} as const;

interface ChampionButtonProps {
  task: TaskView;
  order: keyof typeof orders;
  /** Which model; a rollback without one goes to the previous champion. */
  modelVersionId?: string;
}

/** Changes the champion by hand. The reason is asked for because it is kept. */
export function ChampionButton({ task, order, modelVersionId }: ChampionButtonProps) {
  const { title, text, button, color } = orders[order];
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const notify = useNotify();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'tasks' });
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () =>
      showingProblems(
        client.send('POST', `/api/tasks/${task.id}/${order}`, {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ modelVersionId, reason }),
        }),
      ),
    onSuccess: () => {
      for (const resource of ['tasks', 'promotions', 'model-versions', 'deployments'])
        void queries.invalidateQueries({ queryKey: [resource] });
      setOpen(false);
      setReason('');
      notify('The fleet is switching over.', { type: 'success' });
    },
  });
  if (!canAccess) return null;
  const close = () => {
    setOpen(false);
    reset();
  };
  return (
    <>
      <Button variant="outlined" color={color} onClick={() => setOpen(true)}>
        {button}
      </Button>
      <Dialog open={open} onClose={close} fullWidth maxWidth="sm" aria-labelledby="champion-title">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            mutate();
          }}
        >
          <DialogTitle id="champion-title">
            {title} {task.title}
          </DialogTitle>
          <DialogContent>
            <DialogContentText sx={{ mb: 1 }}>
              {text} No request is dropped, and the event is recorded with your name and reason.
            </DialogContentText>
            <TextField
              label="Reason"
              required
              autoFocus
              multiline
              minRows={2}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              slotProps={{ htmlInput: { maxLength: 1000 } }}
            />
            {error && <Alert severity="error">{messageOf(error)}</Alert>}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>Keep the champion</Button>
            <Button type="submit" variant="contained" color={color} loading={isPending} disabled={!reason.trim()}>
              {button}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
