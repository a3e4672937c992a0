import { useState } from 'react';
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  FormControlLabel,
  MenuItem,
  Radio,
  RadioGroup,
  TextField,
} from '@mui/material';
import { useCanAccess, useGetList, useNotify } from 'react-admin';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { challenge as challengeView, type ModelVersionView, type TaskView } from '@ratchet/contracts';
import type { ChallengeMode } from '@ratchet/domain';
import { client, messageOf, showingProblems } from '../api/client';
import { formatPercent } from '../fields/format';

interface ChallengeButtonProps {
  task: TaskView;
  /** What the form begins with. */
  modelVersionId?: string;
  mode?: ChallengeMode;
  percent?: number;
  label: string;
}

/** Lets a model challenge the champion, or changes the terms on which it does. */
export function ChallengeButton({ label, ...terms }: ChallengeButtonProps) {
  const [open, setOpen] = useState(false);
  const { canAccess } = useCanAccess({ action: 'edit', resource: 'tasks' });
  if (!canAccess) return null;
  return (
    <>
      <Button variant="outlined" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} fullWidth maxWidth="sm" aria-labelledby="challenge-title">
        {open && <Terms {...terms} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Terms({ task, close, ...begin }: Omit<ChallengeButtonProps, 'label'> & { close: () => void }) {
  const [modelVersionId, setModel] = useState(begin.modelVersionId ?? '');
  const [mode, setMode] = useState<ChallengeMode>(begin.mode ?? 'shadow');
  const [percent, setPercent] = useState(String(begin.percent ?? 10));
  const notify = useNotify();
  const queries = useQueryClient();
  const { data: models } = useGetList<ModelVersionView>('model-versions', {
    filter: { taskId: task.id },
    sort: { field: 'version', order: 'DESC' },
    pagination: { page: 1, perPage: 200 },
  });
  const rivals = models?.filter((model) => !model.isChampion) ?? [];
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { modelVersionId, mode, percent: Number(percent) };
      return showingProblems(client.call('PUT', `/api/tasks/${task.id}/challenge`, challengeView, body));
    },
    onSuccess: () => {
      for (const resource of ['challenges', 'deployments']) void queries.invalidateQueries({ queryKey: [resource] });
      notify('The fleet is loading the challenger.', { type: 'success' });
      close();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate();
      }}
    >
      <DialogTitle id="challenge-title">Challenge the champion of {task.title}</DialogTitle>
      <DialogContent>
        <DialogContentText sx={{ mb: 1 }}>
          Every inferencer loads the model beside the champion, after the same checks. One call ends it again.
        </DialogContentText>
        {models && rivals.length === 0 ? (
          <Alert severity="info">This task has no other model yet.</Alert>
        ) : (
          <TextField
            select
            label="Model"
            required
            value={rivals.some((model) => model.id === modelVersionId) ? modelVersionId : ''}
            onChange={(event) => setModel(event.target.value)}
          >
            {rivals.map((model) => (
              <MenuItem key={model.id} value={model.id}>
                Version {model.version}, {formatPercent(model.gateAccuracy)} on the gate
              </MenuItem>
            ))}
          </TextField>
        )}
        <RadioGroup aria-label="Mode" value={mode} onChange={(event) => setMode(event.target.value as ChallengeMode)}>
          <FormControlLabel
            value="shadow"
            control={<Radio />}
            label="Shadow: runs a copy of the share; its answers are compared and thrown away"
          />
          <FormControlLabel
            value="canary"
            control={<Radio />}
            label="Canary: answers the share itself; the champion steps in where it cannot"
          />
        </RadioGroup>
        <TextField
          label="Share of the requests, percent"
          type="number"
          required
          value={percent}
          onChange={(event) => setPercent(event.target.value)}
          slotProps={{ htmlInput: { min: 0, max: 100, step: 'any' } }}
        />
        {error && <Alert severity="error">{messageOf(error)}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="contained" loading={isPending} disabled={!modelVersionId || percent === ''}>
          {begin.percent === undefined ? 'Start' : 'Change'}
        </Button>
      </DialogActions>
    </form>
  );
}
