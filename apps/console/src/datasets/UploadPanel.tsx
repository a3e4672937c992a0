import { useEffect, useRef, useState } from 'react';
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Alert,
  Box,
  Button,
  LinearProgress,
  Stack,
  Typography,
} from '@mui/material';
import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { useQueryClient } from '@tanstack/react-query';
import { messageOf } from '../api/client';
import { DropZone } from '../fields/DropZone';
import { formatBytes, formatPercent } from '../fields/format';
import { emptyImportForm, optionsOf, problemsOf } from './import.options';
import { ImportOptionsFields } from './ImportOptionsFields';
import { uploadArchive, type Upload } from './upload';

interface Running {
  readonly name: string;
  readonly size: number;
  readonly sent: number;
}

/** Takes an archive, shows the bytes go, and hands over to the list of imports. */
export function UploadPanel({ datasetId }: { datasetId: string }) {
  const [form, setForm] = useState(emptyImportForm);
  const [running, setRunning] = useState<Running | null>(null);
  const [error, setError] = useState<string | null>(null);
  const upload = useRef<Upload | null>(null);
  const queries = useQueryClient();
  const problems = problemsOf(form);
  useEffect(() => () => upload.current?.cancel(), []);

  const start = async (file: File) => {
    setError(null);
    setRunning({ name: file.name, size: file.size, sent: 0 });
    upload.current = uploadArchive(datasetId, file, optionsOf(form, file.name), (sent) =>
      setRunning({ name: file.name, size: file.size, sent }),
    );
    try {
      await upload.current.done;
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      upload.current = null;
      setRunning(null);
      void queries.invalidateQueries({ queryKey: ['imports'] });
    }
  };
  const blocked = Object.keys(problems).length > 0;
  return (
    <Stack spacing={1.5}>
      {running ? (
        <Uploading {...running} onCancel={() => upload.current?.cancel()} />
      ) : (
        <DropZone
          label="Drop a zip or tar of class folders, or choose one"
          hint={
            blocked
              ? 'Correct the options below first.'
              : 'One folder for each class; JPEG, PNG, WebP, TIFF and BMP. Every upload makes a new version.'
          }
          accept=".zip,.tar,.tar.gz,.tgz,application/zip,application/x-tar"
          disabled={blocked}
          onFile={(file) => void start(file)}
        />
      )}
      {error && (
        <Alert severity="error" onClose={() => setError(null)}>
          {error}
        </Alert>
      )}
      <Accordion
        variant="outlined"
        disableGutters
        sx={{ borderRadius: 1, '&::before': { display: 'none' } }}
        slotProps={{ heading: { component: 'h3' } }}
      >
        <AccordionSummary expandIcon={<ExpandMoreIcon />}>
          <Typography variant="body2">Splits and groups{blocked && ' (needs attention)'}</Typography>
        </AccordionSummary>
        <AccordionDetails>
          <ImportOptionsFields form={form} problems={problems} onChange={setForm} />
        </AccordionDetails>
      </Accordion>
    </Stack>
  );
}

function Uploading({ name, size, sent, onCancel }: Running & { onCancel: () => void }) {
  const share = size ? sent / size : 1;
  return (
    <Box sx={{ p: 3, border: 1, borderColor: 'divider', borderRadius: 1 }} role="status">
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center', mb: 1 }}>
        <Typography sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          {share < 1 ? `Uploading ${name}` : `Storing ${name} safely`}
        </Typography>
        <Button onClick={onCancel} color="inherit" size="small" variant="outlined">
          Cancel
        </Button>
      </Stack>
      <LinearProgress
        aria-label="Upload"
        variant={share < 1 ? 'determinate' : 'indeterminate'}
        value={Math.round(share * 100)}
      />
      <Typography variant="body2" color="text.secondary" sx={{ mt: 0.5 }}>
        {formatBytes(sent)} of {formatBytes(size)}, {formatPercent(share, 0)}
      </Typography>
    </Box>
  );
}
