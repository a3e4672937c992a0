import { Box, FormControlLabel, Radio, RadioGroup, Typography } from '@mui/material';
import { BooleanInput, NumberInput, TextInput, maxValue, minValue } from 'react-admin';
import { useFormContext, useWatch } from 'react-hook-form';
import type { ZooEntryView } from '@ratchet/contracts';
import { Trouble, Waiting } from '../fields/Waiting';
import { defaultArgs, type NetworkForm } from './network.form';
import { useZoo } from './useDescription';

/** The zoo as a list to choose from, and the arguments of the choice. */
export function ZooInput() {
  const { data: zoo, error, refetch } = useZoo();
  const { setValue, getValues } = useFormContext<NetworkForm>();
  const picked = useWatch<NetworkForm, 'spec.name'>({ name: 'spec.name' });
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (!zoo) return <Waiting>Loading the zoo …</Waiting>;
  const pick = (name: string) => {
    const entry = zoo.find((e) => e.name === name);
    if (!entry) return;
    const old = zoo.find((e) => e.name === picked);
    setValue('spec.name', name, { shouldDirty: true });
    setValue('spec.args', defaultArgs(entry), { shouldDirty: true });
    if (!getValues('name') || getValues('name') === old?.title) setValue('name', entry.title, { shouldDirty: true });
  };
  const entry = zoo.find((e) => e.name === picked);
  return (
    <>
      <RadioGroup aria-label="Architecture" value={picked ?? ''} onChange={(_, value) => pick(value)}>
        {zoo.map((e) => (
          <FormControlLabel
            key={e.name}
            value={e.name}
            control={<Radio size="small" />}
            sx={{ alignItems: 'flex-start', mb: 0.5, '& .MuiRadio-root': { pt: 0.5 } }}
            label={
              <Box>
                <Typography variant="body2" sx={{ fontWeight: 600 }}>
                  {e.title}
                </Typography>
                <Typography variant="body2" color="text.secondary">
                  {e.description}
                </Typography>
              </Box>
            }
          />
        ))}
      </RadioGroup>
      {entry && (
        <Box sx={{ display: 'grid', columnGap: 2, gridTemplateColumns: { sm: '1fr 1fr' }, mt: 1 }}>
          {entry.args.map((arg) => (
            <ArgumentInput key={`${entry.name}.${arg.name}`} arg={arg} />
          ))}
        </Box>
      )}
    </>
  );
}

function ArgumentInput({ arg }: { arg: ZooEntryView['args'][number] }) {
  const props = { source: `spec.args.${arg.name}`, label: arg.name, helperText: arg.description };
  if (typeof arg.default === 'boolean') return <BooleanInput {...props} />;
  const empty = { placeholder: String(arg.default), slotProps: { inputLabel: { shrink: true } } };
  if (typeof arg.default === 'string') return <TextInput {...props} {...empty} />;
  const { min = -Infinity, max = Infinity } = arg;
  const validate = [...(Number.isFinite(min) ? [minValue(min)] : []), ...(Number.isFinite(max) ? [maxValue(max)] : [])];
  return <NumberInput {...props} {...empty} validate={validate} />;
}
