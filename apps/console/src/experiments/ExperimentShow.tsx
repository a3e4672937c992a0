import { useState } from 'react';
import { Box, MenuItem, TextField } from '@mui/material';
import { useRecordContext } from 'react-admin';
import type { ExperimentView } from '@ratchet/contracts';
import { metricNames, type MetricName } from '@ratchet/domain';
import { Ago } from '../fields/Ago';
import { Figure } from '../fields/Facts';
import { formatPercent } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { ShowPage } from '../fields/ShowPage';
import { metricTitles } from '../charts/live.option';
import { ExperimentActions } from './ExperimentActions';
import { ExperimentCurves } from './ExperimentCurves';
import { ExperimentTrials } from './ExperimentTrials';
import { TrialProgress } from './TrialProgress';

export default function ExperimentShow() {
  return (
    <ShowPage title={<RecordTitle kind="Experiment" />} actions={<ExperimentActions />} touches={['trials']}>
      <Summary />
      <Curves />
      <ExperimentTrials />
    </ShowPage>
  );
}

function Summary() {
  const experiment = useRecordContext<ExperimentView>();
  if (!experiment) return null;
  const { name, counts, bestTrialId, bestValidationAccuracy, taskId, taskName, createdAt } = experiment;
  return (
    <Section
      title={name}
      hint={
        <>
          Launched <Ago at={createdAt} />
        </>
      }
    >
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr', sm: '2fr 1fr 1fr' }, alignItems: 'start' }}>
        <Box sx={{ pt: 1 }}>
          <TrialProgress counts={counts} />
        </Box>
        <Figure
          label="Best validation accuracy"
          value={
            <ShowLink resource="trials" id={bestTrialId}>
              {formatPercent(bestValidationAccuracy)}
            </ShowLink>
          }
        />
        <Figure
          label="Task"
          value={
            <Box component="span" sx={{ fontSize: '1.1rem' }}>
              <ShowLink resource="tasks" id={taskId}>
                {taskName}
              </ShowLink>
            </Box>
          }
        />
      </Box>
    </Section>
  );
}

function Curves() {
  const experiment = useRecordContext<ExperimentView>();
  const [metric, setMetric] = useState<MetricName>('validation_accuracy');
  if (!experiment) return null;
  return (
    <Section
      title="Curves"
      hint="Every trial, as it trains. Select a curve to open its trial."
      action={
        <TextField
          select
          label="Metric"
          value={metric}
          onChange={({ target }) => setMetric(target.value as MetricName)}
          sx={{ width: 210 }}
        >
          {metricNames.map((name) => (
            <MenuItem key={name} value={name}>
              {metricTitles[name]}
            </MenuItem>
          ))}
        </TextField>
      }
    >
      <ExperimentCurves key={metric} experimentId={experiment.id} trials={experiment.trials} metric={metric} />
    </Section>
  );
}
