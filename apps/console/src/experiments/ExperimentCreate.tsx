import { Alert, Stack } from '@mui/material';
import {
  AutocompleteArrayInput,
  Create,
  Form,
  required,
  SaveButton,
  SelectInput,
  TextInput,
  useGetList,
} from 'react-admin';
import { useWatch } from 'react-hook-form';
import type { DatasetVersionView, HyperparameterSetView, NetworkVersionView, TaskView } from '@ratchet/contracts';
import { Empty } from '../fields/Empty';
import { Section } from '../fields/Section';
import { Waiting } from '../fields/Waiting';
import { Preview } from './Preview';
import { missingParts, sameClasses } from './experiment.form';

const newest = { sort: { field: 'createdAt', order: 'DESC' as const }, pagination: { page: 1, perPage: 200 } };

export default function ExperimentCreate() {
  return (
    <Create title="New experiment" redirect="show" component="div">
      <Form defaultValues={{ name: '', datasetVersionIds: [], networkVersionIds: [], hyperparameterSetIds: [] }}>
        <Choices />
      </Form>
    </Create>
  );
}

function Choices() {
  const tasks = useGetList<TaskView>('tasks', newest);
  const versions = useGetList<DatasetVersionView>('dataset-versions', newest);
  const networks = useGetList<NetworkVersionView>('network-versions', newest);
  const sets = useGetList<HyperparameterSetView>('hyperparameter-sets', newest);
  const taskId: unknown = useWatch({ name: 'taskId' });
  if (!tasks.data || !versions.data || !networks.data || !sets.data) return <Waiting>Loading what there is …</Waiting>;
  const [missing] = missingParts({ tasks: tasks.data, networks: networks.data, sets: sets.data });
  if (missing)
    return (
      <Empty title={missing.title} action={missing.action}>
        An experiment combines a task with dataset versions, networks and hyperparameter sets.
      </Empty>
    );
  const task = tasks.data.find((t) => t.id === taskId);
  const fitting = task ? versions.data.filter((v) => sameClasses(v, task)) : [];
  return (
    <Stack spacing={2} sx={{ maxWidth: 820 }}>
      <Section title="What to train">
        <TextInput source="name" label="Name" validate={required()} helperText={false} autoFocus />
        <SelectInput
          source="taskId"
          label="Task"
          choices={tasks.data}
          optionText="title"
          validate={required()}
          helperText="Its gate set judges the trials, and its champion is replaced when one is better."
        />
        <AutocompleteArrayInput
          source="datasetVersionIds"
          label="Dataset versions"
          choices={fitting}
          optionText={(v: DatasetVersionView) => `${v.datasetName}, version ${v.version}`}
          validate={required()}
          disabled={!task}
          helperText={task ? 'Those with the classes of the task.' : 'Choose the task first.'}
        />
        {task && fitting.length === 0 && (
          <Alert severity="warning">No dataset version has the classes of this task any more.</Alert>
        )}
        <AutocompleteArrayInput
          source="networkVersionIds"
          label="Networks"
          choices={networks.data}
          optionText={(v: NetworkVersionView) => `${v.networkName}, version ${v.version}`}
          validate={required()}
          helperText={false}
        />
        <AutocompleteArrayInput
          source="hyperparameterSetIds"
          label="Hyperparameter sets"
          choices={sets.data}
          optionText={(s: HyperparameterSetView) => `${s.name} (${s.combinations})`}
          validate={required()}
          helperText="In brackets: combinations."
        />
      </Section>
      <Preview />
      <div>
        <SaveButton label="Launch" icon={<></>} alwaysEnable size="large" />
      </div>
    </Stack>
  );
}
