import type { ReactNode } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { LinkBase } from 'react-admin';

interface EmptyProps {
  title: string;
  children: ReactNode;
  /** What to do next. */
  action?: { readonly label: string; readonly to: string };
}

/** Says what belongs here and how to get it. */
export const Empty = ({ title, children, action }: EmptyProps) => (
  <Box sx={{ width: '100%', textAlign: 'center', py: { xs: 5, sm: 8 }, px: 2 }}>
    <Typography component="h2" variant="h6" gutterBottom>
      {title}
    </Typography>
    <Typography component="div" variant="body2" color="text.secondary" sx={{ maxWidth: 480, mx: 'auto' }}>
      {children}
    </Typography>
    {action && (
      <Button component={LinkBase} to={action.to} variant="contained" sx={{ mt: 2.5 }}>
        {action.label}
      </Button>
    )}
  </Box>
);
