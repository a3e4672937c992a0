import { Create, email, minLength, PasswordInput, required, SelectInput, SimpleForm, TextInput } from 'react-admin';
import { roleChoices } from './roles';

export default function UserCreate() {
  return (
    <Create title="New user" redirect="list">
      <SimpleForm sx={{ maxWidth: 560 }} defaultValues={{ role: 'engineer' }}>
        <TextInput source="email" label="E-mail" type="email" validate={[required(), email()]} autoComplete="off" />
        <TextInput source="name" label="Name" validate={required()} />
        <SelectInput source="role" label="Role" choices={roleChoices} validate={required()} />
        <PasswordInput
          source="password"
          label="Password"
          autoComplete="new-password"
          helperText="At least 10 characters."
          validate={[required(), minLength(10)]}
        />
      </SimpleForm>
    </Create>
  );
}
