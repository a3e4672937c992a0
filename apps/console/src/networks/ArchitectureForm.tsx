import { Box, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material';
import type { ReactNode } from 'react';
import { Form, NumberInput, maxValue, minValue, required } from 'react-admin';
import { useFormContext, useWatch } from 'react-hook-form';
import { ImageShapeInput } from '../fields/ImageShapeInput';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';
import { KerasInput } from './KerasInput';
import { LayerTable } from './LayerTable';
import type { NetworkForm } from './network.form';
import { useDescription } from './useDescription';
import { ZooInput } from './ZooInput';

/** An architecture beside the layers it makes; `children` is what else is asked and the button. */
export function ArchitectureForm({ defaults, children }: { defaults: NetworkForm; children: ReactNode }) {
  return (
    <Form defaultValues={defaults}>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,5fr) minmax(0,6fr)' },
        }}
      >
        <Stack spacing={2}>
          <Architecture />
          {children}
        </Stack>
        <Preview />
      </Box>
    </Form>
  );
}

function Architecture() {
  const { setValue } = useFormContext<NetworkForm>();
  const kind = useWatch<NetworkForm, 'spec.kind'>({ name: 'spec.kind' });
  return (
    <Section
      title="Architecture"
      action={
        <ToggleButtonGroup
          exclusive
          size="small"
          value={kind}
          aria-label="Where the network comes from"
          onChange={(_, value: NetworkForm['spec']['kind'] | null) => value && setValue('spec.kind', value)}
        >
          <ToggleButton value="zoo" sx={{ textTransform: 'none' }}>
            From the zoo
          </ToggleButton>
          <ToggleButton value="keras" sx={{ textTransform: 'none' }}>
            Keras JSON
          </ToggleButton>
        </ToggleButtonGroup>
      }
    >
      {kind === 'zoo' ? <ZooInput /> : <KerasInput />}
      <Box sx={{ typography: 'subtitle2', mt: 2 }}>Check it against</Box>
      <ImageShapeInput />
      <NumberInput
        source="classes"
        label="Classes"
        validate={[required(), minValue(2), maxValue(256)]}
        helperText="Only for this preview and the check: a trial builds the network for its own task."
      />
    </Section>
  );
}

function Preview() {
  const form = useWatch<NetworkForm>() as Partial<NetworkForm>;
  const { data, error, isFetching, refetch } = useDescription(form);
  return (
    <Section title="Layers" flush sx={{ alignSelf: 'start' }}>
      {isFetching && <Waiting>Building the network …</Waiting>}
      {!isFetching && error && (
        <Box sx={{ p: 2 }}>
          <Trouble error={error} retry={() => void refetch()} />
        </Box>
      )}
      {!isFetching && data && <LayerTable description={data} />}
      {!isFetching && !data && !error && (
        <Box sx={{ px: 2, pb: 2, typography: 'body2', color: 'text.secondary' }}>
          Pick an architecture to see its layers, parameters and cost.
        </Box>
      )}
    </Section>
  );
}
