import { Box, LinearProgress, Typography } from '@mui/material';
import { countsText, progressOf, type Counts } from './trial.counts';

/** How far an experiment is, as a bar and in words. */
export function TrialProgress({ counts, words = true }: { counts: Counts; words?: boolean }) {
  const { finished, all, share } = progressOf(counts);
  return (
    <Box sx={{ minWidth: 110 }}>
      <LinearProgress
        variant="determinate"
        value={share * 100}
        color={counts.FAILED ? 'warning' : 'primary'}
        aria-label={`${finished} of ${all} trials finished`}
      />
      {words && (
        <Typography sx={{ fontSize: '0.78rem', color: 'text.secondary' }}>
          {finished} of {all}: {countsText(counts)}
        </Typography>
      )}
    </Box>
  );
}
