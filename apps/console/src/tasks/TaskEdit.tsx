import { Edit, NumberInput, required, SelectInput, SimpleForm, TextInput } from 'react-admin';
import type { TaskView } from '@ratchet/contracts';
import { RecordTitle } from '../fields/RecordTitle';
import { SaveToolbar } from '../fields/SaveToolbar';
import { policyChoices } from './policies';

const editable = ['title', 'description', 'policy', 'latencyBudgetMs', 'escapeTolerance'] as const;
const onlyEditable = (task: TaskView) => Object.fromEntries(editable.map((field) => [field, task[field]]));

/** What may change of a task. Classes, input and gate set may not: accuracies would no longer compare. */
export default function TaskEdit() {
  return (
    <Edit title={<RecordTitle kind="Task" />} redirect="show" mutationMode="pessimistic" transform={onlyEditable}>
      <SimpleForm sx={{ maxWidth: 640 }} toolbar={<SaveToolbar />}>
        <TextInput source="title" label="Title" validate={required()} />
        <TextInput source="description" label="Description" multiline parse={(text: string) => text ?? ''} />
        <SelectInput source="policy" label="Promotion policy" choices={policyChoices} validate={required()} />
        <NumberInput source="latencyBudgetMs" label="Latency budget, milliseconds per image" validate={required()} />
        <NumberInput
          source="escapeTolerance"
          label="Escape tolerance"
          helperText="A candidate that misses this many more images of a critical class than the champion is vetoed."
          validate={required()}
        />
      </SimpleForm>
    </Edit>
  );
}
