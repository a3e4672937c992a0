import { Box, LinearProgress, Typography } from '@mui/material';
import type { TrialView } from '@ratchet/contracts';

/** Where a trial is between its first and last step. */
export function StepProgress({ trial }: { trial: TrialView }) {
  const { state, epoch, step, totalSteps, hyperparameters } = trial;
  if (state === 'QUEUED') return null;
  return (
    <Box component="span" sx={{ display: 'block', minWidth: 96 }}>
      {state === 'RUNNING' && (
        <LinearProgress
          aria-label="Training"
          variant={totalSteps ? 'determinate' : 'indeterminate'}
          value={totalSteps ? Math.min(100, (100 * step) / totalSteps) : 0}
        />
      )}
      <Typography component="span" sx={{ fontSize: '0.78rem', color: 'text.secondary', whiteSpace: 'nowrap' }}>
        epoch {epoch} of {hyperparameters.epochs}
      </Typography>
    </Box>
  );
}
