import { Create, SaveButton, TextInput, required } from 'react-admin';
import { Section } from '../fields/Section';
import { ArchitectureForm } from './ArchitectureForm';
import { noArchitecture, specOf, type NetworkForm } from './network.form';

const toBody = ({ name, description, ...form }: NetworkForm) => ({ name, description, ...specOf(form) });

export default function NetworkCreate() {
  return (
    <Create title="New network" redirect="show" transform={toBody} component="div">
      <ArchitectureForm defaults={noArchitecture}>
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
      </ArchitectureForm>
    </Create>
  );
}
