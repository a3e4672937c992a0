import {
  BooleanInput,
  Edit,
  minLength,
  PasswordInput,
  required,
  SelectInput,
  SimpleForm,
  TextInput,
} from 'react-admin';
import type { UserView } from '@ratchet/contracts';
import { RecordTitle } from '../fields/RecordTitle';
import { SaveToolbar } from '../fields/SaveToolbar';
import { roleChoices } from './roles';

const changes = ({ name, role, disabled, password }: UserView & { password?: string }) => ({
  name,
  role,
  disabled,
  ...(password ? { password } : {}),
});

export default function UserEdit() {
  return (
    <Edit title={<RecordTitle kind="User" />} mutationMode="pessimistic" redirect="list" transform={changes}>
      <SimpleForm sx={{ maxWidth: 560 }} toolbar={<SaveToolbar />}>
        <TextInput source="email" label="E-mail" readOnly />
        <TextInput source="name" label="Name" validate={required()} />
        <SelectInput source="role" label="Role" choices={roleChoices} validate={required()} />
        <PasswordInput
          source="password"
          label="New password"
          autoComplete="new-password"
          helperText="Empty keeps the present one."
          validate={minLength(10)}
        />
        <BooleanInput source="disabled" label="Disabled: cannot sign in" />
      </SimpleForm>
    </Edit>
  );
}
