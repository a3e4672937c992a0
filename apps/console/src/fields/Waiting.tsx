import { Alert, Box, Button, LinearProgress, Typography } from '@mui/material';
import { messageOf } from '../api/client';

export const Waiting = ({ children = 'Loading …' }: { children?: string }) => (
  <Box role="status" sx={{ py: 3, maxWidth: 320, mx: 'auto', textAlign: 'center' }}>
    <LinearProgress aria-label={children} sx={{ mb: 1 }} />
    <Typography variant="body2" color="text.secondary">
      {children}
    </Typography>
  </Box>
);

/** What went wrong in the API's words, and another try. */
export const Trouble = ({ error, retry }: { error: unknown; retry?: () => void }) => (
  <Alert
    severity="error"
    action={
      retry && (
        <Button color="inherit" size="small" onClick={retry}>
          Try again
        </Button>
      )
    }
  >
    {messageOf(error)}
  </Alert>
);
