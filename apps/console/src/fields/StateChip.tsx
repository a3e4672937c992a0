import { Chip } from '@mui/material';
import { colourOfState } from './state.colours';

/** A state in words and colour; the words carry the meaning. */
export function StateChip({ state, title }: { state: string; title?: string }) {
  return (
    <Chip
      size="small"
      variant="outlined"
      color={colourOfState(state)}
      label={state.toLowerCase()}
      title={title}
      sx={{ fontWeight: 600, height: 22 }}
    />
  );
}
