import { AutocompleteArrayInput, TextInput } from 'react-admin';
import { defaultHyperparameters } from '@ratchet/domain';
import { formatValue } from '../fields/format';
import type { GridField } from './grid.fields';
import { problemOf, type GridForm } from './grid.form';

const flags = [
  { id: true, name: 'yes' },
  { id: false, name: 'no' },
];

/** One hyperparameter: its default as the placeholder, one value or several as the entry. */
export function GridInput({ field }: { field: GridField }) {
  const { name, label, hint } = field;
  const standard = formatValue(defaultHyperparameters[name]);
  const props = {
    source: `grid.${name}`,
    label,
    helperText: hint ?? ' ',
    validate: (entry: GridForm[typeof name]) => problemOf(name, entry),
  };
  if (field.kind === 'number')
    return <TextInput {...props} placeholder={standard} slotProps={{ inputLabel: { shrink: true } }} />;
  return (
    <AutocompleteArrayInput
      {...props}
      choices={field.kind === 'flag' ? flags : field.choices.map((id) => ({ id, name: id }))}
      TextFieldProps={{ placeholder: standard, slotProps: { inputLabel: { shrink: true } } }}
    />
  );
}
