import { Box, Stack, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { Create, Form, NumberInput, SaveButton, TextInput, maxValue, minValue, required } from 'react-admin';
import { useFormContext, useWatch } from 'react-hook-form';
import { ImageShapeInput } from '../fields/ImageShapeInput';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';
import { KerasInput } from './KerasInput';
import { LayerTable } from './LayerTable';
import { specOf, type NetworkForm } from './network.form';
import { useDescription } from './useDescription';
import { ZooInput } from './ZooInput';

const defaults: NetworkForm = {
  name: '',
  description: '',
  spec: { kind: 'zoo' },
  input: { width: 28, height: 28, channels: 1 },
  classes: 10,
};

const toBody = ({ name, description, ...form }: NetworkForm) => ({ name, description, ...specOf(form) });

export default function NetworkCreate() {
  return (
    <Create title="New network" redirect="show" transform={toBody} component="div">
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
            <Section title="Register">
              <TextInput source="name" label="Name" validate={required()} helperText={false} />
              <TextInput
                source="description"
                label="Description"
                multiline
                helperText={false}
                parse={(t: string) => t ?? ''}
              />
              <SaveButton label="Register network" icon={<></>} alwaysEnable sx={{ mt: 1.5 }} />
            </Section>
          </Stack>
          <Preview />
        </Box>
      </Form>
    </Create>
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
