import { Alert, Box } from '@mui/material';
import { ReferenceField, useGetOne, useRecordContext } from 'react-admin';
import type { DatasetVersionView, TrialView } from '@ratchet/contracts';
import { defaultHyperparameters, type HyperparameterName } from '@ratchet/domain';
import { ConfusionMatrix } from '../charts/ConfusionMatrix';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Facts, Figure } from '../fields/Facts';
import { formatDuration, formatPercent, formatValue } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowPage } from '../fields/ShowPage';
import { StateChip } from '../fields/StateChip';
import { StepProgress } from './StepProgress';
import { TrialActions } from './TrialActions';
import { TrialCurves } from './TrialCurves';
import { TrialLog } from './TrialLog';
import { TrialModels } from './TrialModels';

export default function TrialShow() {
  return (
    <ShowPage title={<RecordTitle kind="Trial" />} actions={<TrialActions />} touches={['model-versions']}>
      <Summary />
      <TrialCurves />
      <Confusion />
      <TrialModels />
      <Settings />
      <TrialLog />
    </ShowPage>
  );
}

function Summary() {
  const trial = useRecordContext<TrialView>();
  if (!trial) return null;
  const { cause, startedAt, finishedAt } = trial;
  return (
    <Section
      title={trial.networkName}
      hint={<ReferenceField source="experimentId" reference="experiments" link="show" />}
      action={<StateChip state={trial.state} />}
    >
      {cause && (
        <Alert severity={trial.state === 'FAILED' ? 'error' : 'warning'} sx={{ mb: 2 }}>
          {cause.message}
          {cause.step !== undefined && ` (at step ${cause.step})`}
          {cause.hint && <Box sx={{ mt: 0.5 }}>{cause.hint}</Box>}
        </Alert>
      )}
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' }, mb: 2 }}>
        <Figure
          label="Best validation accuracy"
          value={formatPercent(trial.bestValidationAccuracy)}
          hint={trial.bestEpoch !== null && `in epoch ${trial.bestEpoch}`}
        />
        <Figure label="Step" value={trial.step} hint={<StepProgress trial={trial} />} />
        <Figure
          label="Time"
          value={
            startedAt && finishedAt ? (
              formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))
            ) : (
              <Ago at={startedAt} />
            )
          }
          hint={startedAt ? undefined : 'not started yet'}
        />
        <Figure label="Attempt" value={trial.attempt} hint={trial.device ?? undefined} />
      </Box>
      <Facts
        facts={[
          ['Seed', trial.seed],
          ['Dataset', <ReferenceField key="d" source="datasetVersionId" reference="dataset-versions" link="show" />],
          ['Task', <ReferenceField key="t" source="taskId" reference="tasks" link="show" />],
          ['Weights', trial.weightsDigest ? <Digest key="w" value={trial.weightsDigest} /> : '–'],
          ...Object.entries(trial.versions ?? {}).map(([name, version]) => [name, version] as const),
        ]}
      />
    </Section>
  );
}

function Confusion() {
  const trial = useRecordContext<TrialView>();
  const { data: version } = useGetOne<DatasetVersionView>(
    'dataset-versions',
    { id: trial?.datasetVersionId ?? '' },
    { enabled: Boolean(trial) },
  );
  if (!trial?.confusion || !version) return null;
  return (
    <Section title="Confusion on the validation split" hint={`Of epoch ${trial.bestEpoch}, the best one.`}>
      <ConfusionMatrix matrix={trial.confusion} classes={version.classes} />
    </Section>
  );
}

function Settings() {
  const trial = useRecordContext<TrialView>();
  if (!trial) return null;
  const names = Object.keys(defaultHyperparameters) as HyperparameterName[];
  return (
    <Section title="Hyperparameters" hint="Values that differ from the defaults stand out.">
      <Facts
        facts={names.map((name) => {
          const value = trial.hyperparameters[name];
          const own = value !== defaultHyperparameters[name];
          return [
            name,
            <Box
              key={name}
              component="span"
              sx={own ? { color: 'primary.main', fontWeight: 700 } : { color: 'text.secondary' }}
            >
              {formatValue(value)}
            </Box>,
          ];
        })}
      />
    </Section>
  );
}
