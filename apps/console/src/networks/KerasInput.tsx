import { Button } from '@mui/material';
import { TextInput } from 'react-admin';
import { useFormContext } from 'react-hook-form';
import { parseKeras, type NetworkForm } from './network.form';

const validate = (text?: string) => {
  const parsed = parseKeras(text);
  return 'problem' in parsed ? parsed.problem : undefined;
};

/** A Keras model document, pasted or from a file. */
export function KerasInput() {
  const { setValue } = useFormContext<NetworkForm>();
  const take = async (file: File | undefined) => {
    if (file) setValue('spec.model', await file.text(), { shouldDirty: true, shouldValidate: true });
  };
  return (
    <>
      <Button component="label" variant="outlined" size="small" sx={{ mb: 1 }}>
        Choose a JSON file
        <input
          type="file"
          accept=".json,application/json"
          hidden
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </Button>
      <TextInput
        source="spec.model"
        label="Keras model JSON"
        multiline
        minRows={6}
        maxRows={18}
        validate={validate}
        helperText="What model.to_json() prints in Keras, or the topology of a TensorFlow.js model.json."
        slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace', fontSize: '0.8rem' } } }}
      />
    </>
  );
}
