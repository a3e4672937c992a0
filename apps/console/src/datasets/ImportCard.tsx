import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Alert,
  Box,
  Button,
  Chip,
  LinearProgress,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { LinkBase } from 'react-admin';
import type { DatasetImportView, ImportReport } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { formatBytes, formatCount } from '../fields/format';
import { StateChip } from '../fields/StateChip';
import { CancelImportButton } from './CancelImportButton';
import { importShare, summaryOf } from './import.progress';

/** One import: how far it is, or what it found. */
export function ImportCard({ record }: { record: DatasetImportView }) {
  const { state, report, error, datasetVersionId } = record;
  const active = state === 'PENDING' || state === 'RUNNING';
  const share = importShare(record);
  return (
    <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 2 }} role={active ? 'status' : undefined}>
      <Stack direction="row" useFlexGap spacing={1.5} sx={{ alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere', minWidth: 0 }}>{record.fileName}</Typography>
        <StateChip state={state} />
        <Typography variant="body2" color="text.secondary" sx={{ flex: 1 }}>
          {formatBytes(record.bytes)}, <Ago at={record.createdAt} />
        </Typography>
        {active && <CancelImportButton importId={record.id} />}
        {datasetVersionId && (
          <Button
            component={LinkBase}
            to={`/dataset-versions/${datasetVersionId}/show`}
            size="small"
            variant="outlined"
          >
            See the images
          </Button>
        )}
      </Stack>
      {active && (
        <LinearProgress
          sx={{ mt: 1.5 }}
          aria-label="Import"
          variant={share === null ? 'indeterminate' : 'determinate'}
          value={(share ?? 0) * 100}
        />
      )}
      <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
        {summaryOf(record)}
      </Typography>
      {error && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {error}
        </Alert>
      )}
      {report && <Report report={report} />}
    </Box>
  );
}

function Report({ report }: { report: ImportReport }) {
  return (
    <>
      {report.note && (
        <Alert severity="info" sx={{ mt: 1 }}>
          {report.note}
        </Alert>
      )}
      <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', gap: 0.75, mt: 1 }}>
        {Object.entries(report.classes).map(([name, images]) => (
          <Chip key={name} size="small" variant="outlined" label={`${name} ${formatCount(images)}`} />
        ))}
      </Stack>
      {report.rejected.length > 0 && (
        <Details title={`Rejected files (${formatCount(report.rejected.length)})`} columns={['File', 'Why']}>
          {report.rejected.map(({ file, reason }) => [file, reason])}
        </Details>
      )}
      {report.conflicts.length > 0 && (
        <Details
          title={`The same image under two classes (${formatCount(report.conflicts.length)})`}
          columns={['Files', 'Classes']}
        >
          {report.conflicts.map(({ files, classes }) => [files.join('\n'), classes.join(', ')])}
        </Details>
      )}
    </>
  );
}

const Details = ({ title, columns, children }: { title: string; columns: string[]; children: string[][] }) => (
  <Accordion variant="outlined" disableGutters sx={{ mt: 1.5, borderRadius: 1, '&::before': { display: 'none' } }}>
    <AccordionSummary expandIcon={<ExpandMoreIcon />}>
      <Typography variant="body2">{title}</Typography>
    </AccordionSummary>
    <AccordionDetails sx={{ overflow: 'auto', maxHeight: 320, p: 0 }}>
      <Table size="small" aria-label={title}>
        <TableHead>
          <TableRow>
            {columns.map((column) => (
              <TableCell key={column}>{column}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {children.map((cells, i) => (
            <TableRow key={i}>
              {cells.map((cell, c) => (
                <TableCell key={columns[c]} sx={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
                  {cell}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </AccordionDetails>
  </Accordion>
);
