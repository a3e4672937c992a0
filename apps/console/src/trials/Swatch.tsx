import { Box } from '@mui/material';

/** The colour of a curve beside its name. */
export const Swatch = ({ colour }: { colour: string }) => (
  <Box
    component="span"
    aria-hidden
    sx={{ flex: 'none', display: 'inline-block', width: 18, height: 4, borderRadius: 1, mt: 1, bgcolor: colour }}
  />
);
