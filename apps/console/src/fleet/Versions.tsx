import { Typography } from '@mui/material';

export const Versions = ({ versions }: { versions: Readonly<Record<string, string>> }) => (
  <Typography sx={{ fontSize: '0.78rem', color: 'text.secondary', mt: 1, overflowWrap: 'anywhere' }}>
    {Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(' · ')}
  </Typography>
);
