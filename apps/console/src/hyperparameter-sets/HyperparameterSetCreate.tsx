import { Box, Paper, Stack, Typography } from '@mui/material';
import { Create, Form, required, SaveButton, TextInput } from 'react-admin';
import { useWatch } from 'react-hook-form';
import { maxGridSize } from '@ratchet/contracts';
import { formatCount } from '../fields/format';
import { Section } from '../fields/Section';
import { combinationsOf, gridOf, type GridForm } from './grid.form';
import { gridGroups } from './grid.fields';
import { GridInput } from './GridInput';

interface SetForm {
  readonly name: string;
  readonly description: string;
  readonly grid: GridForm;
}

const toBody = ({ name, description, grid }: SetForm) => ({ name, description, grid: gridOf(grid ?? {}) });

export default function HyperparameterSetCreate() {
  return (
    <Create title="New hyperparameter set" redirect="show" transform={toBody} component="div">
      <Form defaultValues={{ name: '', description: '', grid: {} }}>
        <Stack spacing={2} sx={{ maxWidth: 980 }}>
          <Section title="Name">
            <TextInput source="name" label="Name" validate={required()} helperText={false} autoFocus />
            <TextInput
              source="description"
              label="Description"
              multiline
              helperText={false}
              parse={(t: string) => t ?? ''}
            />
          </Section>
          {gridGroups.map(({ title, fields }, i) => (
            <Section
              key={title}
              title={title}
              hint={
                i === 0
                  ? 'Empty fields keep the default shown. Several values, such as 0.1, 0.01, make a grid.'
                  : undefined
              }
            >
              <Box
                sx={{
                  display: 'grid',
                  columnGap: 2,
                  gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr', md: 'repeat(4, 1fr)' },
                  alignItems: 'start',
                }}
              >
                {fields.map((field) => (
                  <GridInput key={field.name} field={field} />
                ))}
              </Box>
            </Section>
          ))}
          <Footer />
        </Stack>
      </Form>
    </Create>
  );
}

function Footer() {
  const grid = useWatch<SetForm, 'grid'>({ name: 'grid' });
  const { count, allowed } = combinationsOf(grid ?? {});
  return (
    <Paper variant="outlined" sx={{ position: 'sticky', bottom: 8, p: 1.5, zIndex: 2 }}>
      <Stack direction="row" spacing={2} sx={{ alignItems: 'center' }}>
        <SaveButton label="Register set" icon={<></>} alwaysEnable />
        <Typography variant="body2" role="status" color={allowed ? 'text.primary' : 'error'}>
          <b>{formatCount(count)}</b> {count === 1 ? 'combination' : 'combinations'}
          {!allowed && `: more than ${formatCount(maxGridSize)}, split it into several sets`}
        </Typography>
      </Stack>
    </Paper>
  );
}
