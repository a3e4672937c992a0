import { Box, Button, Typography } from '@mui/material';
import { LinkBase, useListContext } from 'react-admin';
import { comparisonPath, fewestCompared, mostCompared, problemOfCount } from './comparison';

/** Always there, so that ticking a row moves no other. */
export function CompareBar() {
  const { selectedIds, onUnselectItems } = useListContext();
  const count = selectedIds.length;
  const problem = problemOfCount(count);
  return (
    <Box
      role="group"
      aria-label="Compare trials"
      sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 2, py: 1, position: 'sticky', left: 0 }}
    >
      <Button
        component={LinkBase}
        to={comparisonPath(selectedIds)}
        variant="outlined"
        size="small"
        disabled={Boolean(problem)}
      >
        Compare
      </Button>
      <Typography variant="body2" color="text.secondary" role="status">
        {count === 0 && `Tick ${fewestCompared} to ${mostCompared} trials to see them side by side.`}
        {count > 0 && (problem ?? `${count} trials chosen.`)}
      </Typography>
      {count > 0 && (
        <Button size="small" onClick={() => onUnselectItems()}>
          Untick all
        </Button>
      )}
    </Box>
  );
}
