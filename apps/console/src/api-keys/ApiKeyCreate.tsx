import { useState } from 'react';
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { Create, required, SelectInput, SimpleForm, TextInput, useRedirect } from 'react-admin';
import { apiKeyCreated } from '@ratchet/contracts';
import { CopyButton } from '../fields/Digest';
import { roleChoices } from '../users/roles';

/** The key is in the answer to its creation and nowhere else: it is shown once. */
export default function ApiKeyCreate() {
  const [key, setKey] = useState<string | null>(null);
  const redirect = useRedirect();
  return (
    <>
      <Create
        title="New API key"
        redirect={false}
        mutationOptions={{ onSuccess: (created: unknown) => setKey(apiKeyCreated.parse(created).key) }}
      >
        <SimpleForm sx={{ maxWidth: 560 }} defaultValues={{ role: 'engineer' }}>
          <TextInput source="name" label="Name" helperText="Which program uses it." validate={required()} autoFocus />
          <SelectInput source="role" label="Role" choices={roleChoices} validate={required()} />
        </SimpleForm>
      </Create>
      <Dialog open={key !== null} fullWidth maxWidth="sm" aria-labelledby="key-title">
        <DialogTitle id="key-title">Your new key</DialogTitle>
        <DialogContent>
          <Alert severity="warning" sx={{ mb: 2 }}>
            Copy it now: it is shown this once and kept only as a fingerprint.
          </Alert>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            <Box
              component="code"
              sx={{ overflowWrap: 'anywhere', flex: 1, p: 1, bgcolor: 'action.hover', borderRadius: 1 }}
            >
              {key}
            </Box>
            <CopyButton text={key ?? ''} label="Copy key" />
          </Box>
        </DialogContent>
        <DialogActions>
          <Button variant="contained" onClick={() => redirect('list', 'api-keys')}>
            I have copied it
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
