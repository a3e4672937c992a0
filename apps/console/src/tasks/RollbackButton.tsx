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

interface RollbackButtonProps {
  task: TaskView;
  /** Where to; the previous champion when left out. */
  modelVersionId?: string;
  label?: string;
}

/** Puts an earlier model live again. The reason is asked for because it is kept. */
export function RollbackButton({ task, modelVersionId, label = 'Roll back' }: RollbackButtonProps) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const notify = useNotify();
  const queries = useQueryClient();
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'tasks' });
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () =>
      showingProblems(
        client.send('POST', `/api/tasks/${task.id}/rollback`, {
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
      <Button variant="outlined" color="warning" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onClose={close} fullWidth maxWidth="sm" aria-labelledby="rollback-title">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            mutate();
          }}
        >
          <DialogTitle id="rollback-title">Roll back {task.title}</DialogTitle>
          <DialogContent>
            <DialogContentText sx={{ mb: 1 }}>
              {modelVersionId ? 'This model' : 'The previous champion'} goes live on the whole fleet at once. No request
              is dropped, and the event is recorded with your name and reason.
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
            <Button type="submit" variant="contained" color="warning" loading={isPending} disabled={!reason.trim()}>
              Roll back
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
