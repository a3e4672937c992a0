import { Box, Button, Typography } from '@mui/material';
import DoneIcon from '@mui/icons-material/CheckCircleOutlined';
import TodoIcon from '@mui/icons-material/RadioButtonUncheckedOutlined';
import { LinkBase, useGetList } from 'react-admin';
import { Section } from '../fields/Section';

const one = { pagination: { page: 1, perPage: 1 }, sort: { field: 'createdAt', order: 'DESC' as const } };
const useHas = (resource: string) => Boolean(useGetList(resource, one).total);

/** From an empty system to a first champion, and how far one is. */
export function FirstSteps() {
  const steps = [
    { done: useHas('dataset-versions'), what: 'Upload a dataset of class folders', label: 'Datasets', to: '/datasets' },
    {
      done: useHas('tasks'),
      what: 'Make a task of it: classes, gate set, policy',
      label: 'New task',
      to: '/tasks/create',
    },
    { done: useHas('networks'), what: 'Register a network', label: 'New network', to: '/networks/create' },
    {
      done: useHas('hyperparameter-sets'),
      what: 'Register hyperparameters',
      label: 'New set',
      to: '/hyperparameter-sets/create',
    },
    { done: useHas('experiments'), what: 'Launch an experiment', label: 'New experiment', to: '/experiments/create' },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <Section title="First steps" hint="Five steps to the first model in service; the sixth turns by itself.">
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {steps.map(({ done, what, label, to }, i) => (
          <Box component="li" key={to} sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minHeight: 44 }}>
            {done ? <DoneIcon color="success" titleAccess="done" /> : <TodoIcon color="disabled" titleAccess="to do" />}
            <Typography variant="body2" sx={{ flex: 1, color: done ? 'text.secondary' : 'text.primary' }}>
              {what}
            </Typography>
            {!done && (
              <Button component={LinkBase} to={to} size="small" variant={i === next ? 'contained' : 'text'}>
                {label}
              </Button>
            )}
          </Box>
        ))}
      </Box>
    </Section>
  );
}
