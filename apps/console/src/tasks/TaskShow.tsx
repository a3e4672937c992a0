import { Box, Button, Chip, Stack, Typography } from '@mui/material';
import { EditButton, LinkBase, ReferenceField, useRecordContext } from 'react-admin';
import type { TaskView } from '@ratchet/contracts';
import { ChallengeSection } from '../challenges/ChallengeSection';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Facts, Figure } from '../fields/Facts';
import { formatCount, formatMs, formatPercent } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { ShowPage } from '../fields/ShowPage';
import { StateChip } from '../fields/StateChip';
import { ChampionSteps } from './ChampionSteps';
import { policyTitles } from './policies';
import { RatchetChart } from './RatchetChart';
import { ChampionButton } from './ChampionButton';
import { ServingButton } from './ServingButton';
import { Unloaded } from './Unloaded';

export default function TaskShow() {
  return (
    <ShowPage title={<RecordTitle kind="Task" />} actions={<EditButton />} touches={['promotions', 'model-versions']}>
      <Champion />
      <Challenger />
      <Ratchet />
      <Settings />
    </ShowPage>
  );
}

function Champion() {
  const task = useRecordContext<TaskView>();
  if (!task) return null;
  const { champion } = task;
  if (!champion)
    return (
      <Section
        title="No champion yet"
        hint="Predictions are refused until a first trial of this task has finished an epoch."
        action={
          <Button component={LinkBase} to="/experiments/create" variant="contained">
            New experiment
          </Button>
        }
      >
        {null}
      </Section>
    );
  return (
    <Section
      title="Champion"
      action={
        <Stack direction="row" useFlexGap spacing={1} sx={{ flexWrap: 'wrap' }}>
          <Button component={LinkBase} to={`/playground?task=${task.name}`} variant="outlined">
            Try it
          </Button>
          {task.served && <ServingButton task={task} />}
          <ChampionButton task={task} order="rollback" />
        </Stack>
      }
    >
      <Unloaded task={task} />
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' } }}>
        <Figure
          label="Gate accuracy"
          value={
            <ShowLink resource="model-versions" id={champion.modelVersionId}>
              {formatPercent(champion.gateAccuracy)}
            </ShowLink>
          }
          hint={<StateChip state={champion.state} />}
        />
        <Figure label="Generation" value={champion.generation} hint={<Ago at={champion.since} />} />
        <Figure
          label="Best validation accuracy"
          value={formatPercent(task.bestValidationAccuracy)}
          hint="over all trials"
        />
        <Figure
          label="Gate queries"
          value={formatCount(task.gateQueries)}
          hint={`on ${formatCount(task.gateImages)} images`}
        />
      </Box>
      <Typography component="div" variant="body2" color="text.secondary" sx={{ mt: 1.5 }}>
        Artifact <Digest value={champion.digest} />
      </Typography>
    </Section>
  );
}

function Challenger() {
  const task = useRecordContext<TaskView>();
  return task?.champion ? <ChallengeSection task={task} /> : null;
}

function Ratchet() {
  const task = useRecordContext<TaskView>();
  if (!task?.champion) return null;
  return (
    <Section title="The ratchet" hint="Measured gate accuracy of the champions. Select a step to see its model.">
      <RatchetChart taskId={task.id} />
      <Box sx={{ overflowX: 'auto' }}>
        <ChampionSteps taskId={task.id} limit={8} />
      </Box>
    </Section>
  );
}

function Settings() {
  const task = useRecordContext<TaskView>();
  if (!task) return null;
  return (
    <Section title="Settings" hint={task.description || undefined}>
      <Facts
        facts={[
          ['Served as', <code key="name">{task.name}</code>],
          ['Input', `${task.input.width} × ${task.input.height}, ${task.input.channels === 1 ? 'grey' : 'RGB'}`],
          ['Policy', policyTitles[task.policy]],
          ['Latency budget', formatMs(task.latencyBudgetMs)],
          ['Escape tolerance', task.escapeTolerance],
          ['Gate images per class, at least', task.minimumGateImagesPerClass],
          [
            'Gate set from',
            <ReferenceField key="gate" source="gateDatasetVersionId" reference="dataset-versions" link="show" />,
          ],
          ['Created', <Ago key="created" at={task.createdAt} />],
        ]}
      />
      <Typography sx={{ fontSize: '0.78rem', color: 'text.secondary', mt: 2, mb: 0.5 }}>
        Classes{task.criticalClasses.length > 0 && ', critical ones filled'}
      </Typography>
      <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', gap: 0.75 }}>
        {task.classes.map((name) => (
          <Chip
            key={name}
            size="small"
            label={name}
            color={task.criticalClasses.includes(name) ? 'warning' : 'default'}
            variant={task.criticalClasses.includes(name) ? 'filled' : 'outlined'}
          />
        ))}
      </Stack>
    </Section>
  );
}
