import { Create, required, SaveButton, SimpleForm, TextInput, Toolbar } from 'react-admin';

export default function DatasetCreate() {
  return (
    <Create title="New dataset" redirect="show">
      <SimpleForm
        sx={{ maxWidth: 640 }}
        defaultValues={{ description: '' }}
        toolbar={
          <Toolbar>
            <SaveButton label="Create, then upload images" icon={<></>} alwaysEnable />
          </Toolbar>
        }
      >
        <TextInput source="name" label="Name" validate={required()} autoFocus />
        <TextInput source="description" label="Description" multiline minRows={2} parse={(t: string) => t ?? ''} />
      </SimpleForm>
    </Create>
  );
}
