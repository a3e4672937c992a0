import { Box, Button, Stack, TextField, Typography } from '@mui/material';
import type { ImportForm } from './import.options';

interface ImportOptionsFieldsProps {
  form: ImportForm;
  problems: Partial<Record<keyof ImportForm, string>>;
  onChange: (form: ImportForm) => void;
}

/** How the archive is divided. The defaults suit independent photos; photos of one thing need groups. */
export function ImportOptionsFields({ form, problems, onChange }: ImportOptionsFieldsProps) {
  const field = (name: keyof Omit<ImportForm, 'groupsCsv'>, label: string, hint?: string) => (
    <TextField
      label={label}
      value={form[name]}
      error={Boolean(problems[name])}
      helperText={problems[name] ?? hint}
      onChange={(event) => onChange({ ...form, [name]: event.target.value })}
    />
  );
  const takeCsv = async (file: File | undefined) => {
    if (file) onChange({ ...form, groupsCsv: { name: file.name, text: await file.text() } });
  };
  return (
    <Stack spacing={1}>
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 0, sm: 2 },
          gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(4, 1fr)' },
          columnGap: 2,
        }}
      >
        {field('train', 'Train, %')}
        {field('validation', 'Validation, %')}
        {field('gate', 'Gate, %')}
        {field('seed', 'Seed')}
      </Box>
      {field(
        'groupRegex',
        'Group by file name (regular expression)',
        'Photos of one wafer, lot or part must not be divided between splits. The first capture, or the match, is the group.',
      )}
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', flexWrap: 'wrap' }} useFlexGap>
        <Button component="label" variant="outlined" size="small">
          Groups from a CSV file
          <input
            type="file"
            accept=".csv,text/csv"
            hidden
            onChange={(event) => {
              void takeCsv(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </Button>
        <Typography variant="body2" color="text.secondary">
          {form.groupsCsv ? form.groupsCsv.name : 'with the columns file,group'}
        </Typography>
        {form.groupsCsv && (
          <Button size="small" onClick={() => onChange({ ...form, groupsCsv: null })}>
            Remove
          </Button>
        )}
      </Stack>
      {field('exclude', 'Classes to leave out', 'Separated by commas.')}
    </Stack>
  );
}
