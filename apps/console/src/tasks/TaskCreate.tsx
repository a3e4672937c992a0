import { useEffect, useState } from 'react';
import { Box, Button, Stack, Step, StepButton, Stepper } from '@mui/material';
import {
  AutocompleteArrayInput,
  Create,
  Form,
  NumberInput,
  SaveButton,
  SelectInput,
  TextInput,
  maxValue,
  minValue,
  regex,
  required,
  useGetList,
} from 'react-admin';
import { useFormContext, useFormState, useWatch } from 'react-hook-form';
import type { DatasetVersionView } from '@ratchet/contracts';
import { SplitHistogram } from '../dataset-versions/SplitHistogram';
import { Empty } from '../fields/Empty';
import { ImageShapeInput } from '../fields/ImageShapeInput';
import { Section } from '../fields/Section';
import { Waiting } from '../fields/Waiting';
import { policyChoices } from './policies';
import { firstStepWithError, steps } from './task.wizard';
import { useSuggestion } from './useSuggestion';

const defaults = {
  title: '',
  name: '',
  description: '',
  criticalClasses: [],
  escapeTolerance: 0,
  minimumGateImagesPerClass: 1,
  policy: 'every-improvement',
  latencyBudgetMs: 1000,
  input: { width: 28, height: 28, channels: 1 },
};

const fromLink = () => new URLSearchParams(window.location.hash.split('?')[1]).get('datasetVersionId') ?? undefined;

export default function TaskCreate() {
  const [datasetVersionId] = useState(fromLink);
  const suggestion = useSuggestion(datasetVersionId);
  if (datasetVersionId && !suggestion) return <Waiting>Looking at the dataset …</Waiting>;
  const { title, name, input } = suggestion ?? defaults;
  return (
    <Create title="New task" redirect="show">
      <Form
        defaultValues={{ ...defaults, title, name, input, ...(datasetVersionId && { datasetVersionId }) }}
        sanitizeEmptyValues={false}
      >
        <Wizard />
      </Form>
    </Create>
  );
}

/** Three steps, all mounted: going back loses nothing, and a refused field leads back to its step. */
function Wizard() {
  const [step, setStep] = useState(0);
  const { trigger } = useFormContext();
  const { errors, submitCount } = useFormState();
  const last = step === steps.length - 1;
  const [seen, setSeen] = useState(0);
  if (submitCount !== seen) {
    setSeen(submitCount);
    const wrong = firstStepWithError(errors);
    if (wrong !== null) setStep(wrong);
  }
  const forward = async () => {
    if (await trigger([...steps[step].fields])) setStep(step + 1);
  };
  const panels = [<DataStep key="data" />, <InputStep key="input" />, <RuleStep key="rule" />];
  return (
    <Box sx={{ p: 2, maxWidth: 820 }}>
      <Stepper nonLinear activeStep={step} alternativeLabel sx={{ mb: 3 }}>
        {steps.map(({ title, fields }, i) => (
          <Step key={title} completed={i < step}>
            <StepButton onClick={() => setStep(i)} disabled={i > step}>
              {title}
              {fields.some((field) => field in errors) && ' (needs attention)'}
            </StepButton>
          </Step>
        ))}
      </Stepper>
      {panels.map((panel, i) => (
        <div key={steps[i].title} hidden={i !== step}>
          {panel}
        </div>
      ))}
      <Stack direction="row" spacing={1} sx={{ mt: 3 }}>
        {step > 0 && <Button onClick={() => setStep(step - 1)}>Back</Button>}
        {!last && (
          <Button variant="contained" onClick={() => void forward()}>
            Next
          </Button>
        )}
        <Box sx={{ display: last ? 'block' : 'none' }}>
          <SaveButton label="Create task" icon={<></>} alwaysEnable />
        </Box>
      </Stack>
    </Box>
  );
}

function DataStep() {
  const { data: versions, isPending } = useGetList<DatasetVersionView>('dataset-versions', {
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: 100 },
  });
  const { setValue, getValues } = useFormContext();
  const suggestion = useChosen();
  useEffect(() => {
    if (!suggestion || getValues('title')) return;
    for (const field of ['title', 'name', 'input'] as const) setValue(field, suggestion[field]);
  }, [suggestion, setValue, getValues]);
  if (isPending) return <Waiting>Loading datasets …</Waiting>;
  if (!versions?.length)
    return (
      <Empty title="Upload a dataset first" action={{ label: 'New dataset', to: '/datasets/create' }}>
        A task takes its classes and its frozen gate set from a dataset version.
      </Empty>
    );
  return (
    <>
      <SelectInput
        source="datasetVersionId"
        label="Dataset version"
        choices={versions}
        optionText={(v: DatasetVersionView) => `${v.datasetName}, version ${v.version} (${v.images} images)`}
        validate={required()}
        helperText="Its gate split becomes the task's frozen gate set, which only ever decides promotions."
      />
      <TextInput source="title" label="Title" validate={required()} helperText={false} />
      <TextInput
        source="name"
        label="Name in addresses"
        validate={[
          required(),
          regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, '1 to 63 lower-case letters, digits and inner hyphens'),
        ]}
        helperText="Clients classify at /v2/models/NAME/classify. It cannot be changed later."
      />
      <TextInput source="description" label="Description" multiline helperText={false} parse={(t: string) => t ?? ''} />
      {suggestion && (
        <Section title="What is in it" sx={{ mt: 2 }}>
          <SplitHistogram version={suggestion.version} />
        </Section>
      )}
    </>
  );
}

function InputStep() {
  const suggestion = useChosen();
  return (
    <>
      <ImageShapeInput />
      <Box component="p" sx={{ typography: 'body2', color: 'text.secondary', mt: 1 }}>
        Every image is brought to this size, for training, for the gate and for serving alike. Suggested from the
        dataset’s own images; smaller is faster, larger shows finer defects.
      </Box>
      <AutocompleteArrayInput
        source="criticalClasses"
        label="Critical classes"
        choices={(suggestion?.version.classes ?? []).map((id) => ({ id, name: id }))}
        helperText="Classes whose escapes are dear: calling one of them something else vetoes a promotion beyond the tolerance."
      />
    </>
  );
}

const RuleStep = () => (
  <>
    <SelectInput source="policy" label="Promotion policy" choices={policyChoices} validate={required()} />
    <NumberInput
      source="escapeTolerance"
      label="Escape tolerance, images"
      helperText="More escapes of a critical class than the champion's by this many veto a promotion."
      validate={[required(), minValue(0)]}
    />
    <NumberInput
      source="minimumGateImagesPerClass"
      label="Gate images per class, at least"
      helperText="With fewer of any class nothing is promoted."
      validate={[required(), minValue(1)]}
    />
    <NumberInput
      source="latencyBudgetMs"
      label="Latency budget, milliseconds per image"
      helperText="Median of one image on one thread of the serving runtime; slower models are turned away."
      validate={[required(), minValue(0.001), maxValue(60_000)]}
    />
  </>
);

function useChosen() {
  const id = useWatch<{ datasetVersionId?: string }, 'datasetVersionId'>({ name: 'datasetVersionId' });
  return useSuggestion(id || undefined);
}
