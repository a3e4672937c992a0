import { useState } from 'react';
import { Alert, Box, Button, Card, Stack, Typography } from '@mui/material';
import { Form, PasswordInput, required, TextInput, useLogin } from 'react-admin';
import { messageOf } from '../api/client';
import { Mark } from '../app/Mark';

/** The way in. What the API says of a refused sign-in is shown as it says it. */
export function SignIn() {
  const login = useLogin();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (values: object) => {
    setBusy(true);
    setError(null);
    try {
      await login(values);
    } catch (problem) {
      setError(messageOf(problem));
      setBusy(false);
    }
  };
  return (
    <Box
      component="main"
      sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 2, bgcolor: 'background.default' }}
    >
      <Card sx={{ width: '100%', maxWidth: 380, p: { xs: 3, sm: 4 } }}>
        <Stack spacing={0.5} sx={{ mb: 2 }}>
          <Mark size={40} />
          <Typography component="h1" variant="h5" sx={{ pt: 1 }}>
            Sign in to Ratchet
          </Typography>
          <Typography variant="body2" color="text.secondary">
            Train, compare and serve image classifiers. Accuracy only moves forward.
          </Typography>
        </Stack>
        <Form onSubmit={submit} noValidate>
          <TextInput
            source="email"
            type="email"
            label="E-mail"
            autoComplete="username"
            autoFocus
            validate={required()}
            helperText={false}
          />
          <PasswordInput
            source="password"
            label="Password"
            autoComplete="current-password"
            validate={required()}
            helperText={false}
          />
          {error && (
            <Alert severity="error" sx={{ mt: 1 }}>
              {error}
            </Alert>
          )}
          <Button type="submit" variant="contained" fullWidth size="large" loading={busy} sx={{ mt: 2 }}>
            Sign in
          </Button>
        </Form>
        <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 2 }}>
          First time here? The administrator’s e-mail and password were printed once in the terminal at the first start.
        </Typography>
      </Card>
    </Box>
  );
}
