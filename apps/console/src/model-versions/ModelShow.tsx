import { Box, Button, Chip } from '@mui/material';
import { ReferenceField, useGetOne, useGetRecordId, useRecordContext } from 'react-admin';
import type { ModelVersionView, TaskView } from '@ratchet/contracts';
import { ChallengeButton } from '../challenges/ChallengeButton';
import { ChallengeSection } from '../challenges/ChallengeSection';
import { useChallenge } from '../challenges/useChallenge';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Facts, Figure } from '../fields/Facts';
import { formatBytes, formatCompact, formatCount, formatInterval, formatPercent } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { ShowPage } from '../fields/ShowPage';
import { ChampionButton } from '../tasks/ChampionButton';
import { Evidence } from './Evidence';
import { Mistakes } from './Mistakes';

export default function ModelShow() {
  const id = useGetRecordId();
  return (
    <ShowPage title={<RecordTitle kind="Model" />} actions={<Actions />} touches={['promotions', 'tasks']}>
      <Summary />
      <Challenging />
      <Evidence />
      <Mistakes key={id} />
    </ShowPage>
  );
}

function useTask(model: ModelVersionView | undefined) {
  return useGetOne<TaskView>('tasks', { id: model?.taskId ?? '' }, { enabled: Boolean(model) }).data;
}

function Actions() {
  const model = useRecordContext<ModelVersionView>();
  const task = useTask(model);
  if (!model) return null;
  return (
    <>
      <Button variant="outlined" href={`/api/model-versions/${model.id}/download`} download>
        Download ONNX
      </Button>
      {task?.champion && !model.isChampion && (
        <ChallengeButton task={task} modelVersionId={model.id} label="Challenge the champion" />
      )}
      {task && !model.isChampion && (
        <ChampionButton
          task={task}
          order={model.gateAccuracy > (task.champion?.gateAccuracy ?? 0) ? 'promote' : 'rollback'}
          modelVersionId={model.id}
        />
      )}
      {task && model.isChampion && <ChampionButton task={task} order="rollback" />}
    </>
  );
}

function Summary() {
  const model = useRecordContext<ModelVersionView>();
  const task = useTask(model);
  if (!model) return null;
  const { gateInterval, input } = model;
  return (
    <Section
      title={`${task?.title ?? 'Model'}, version ${model.version}`}
      action={model.isChampion && <Chip color="success" size="small" label="champion" />}
    >
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' }, mb: 2 }}>
        <Figure
          label="Gate accuracy"
          value={formatPercent(model.gateAccuracy)}
          hint={`95 % interval ${formatInterval(gateInterval)}`}
        />
        <Figure
          label="Validation accuracy"
          value={formatPercent(model.validationAccuracy)}
          hint={`epoch ${model.epoch}`}
        />
        <Figure label="Parameters" value={formatCompact(model.parameters)} hint={formatCount(model.parameters)} />
        <Figure label="File" value={formatBytes(model.bytes)} hint={`${formatCompact(model.flops)} FLOPs per image`} />
      </Box>
      <Facts
        facts={[
          [
            'Task',
            <ShowLink key="task" resource="tasks" id={model.taskId}>
              {task?.title ?? 'task'}
            </ShowLink>,
          ],
          ['Trained by', <ReferenceField key="trial" source="trialId" reference="trials" link="show" />],
          ['Input', `${input.width} × ${input.height}, ${input.channels === 1 ? 'grey' : 'RGB'}`],
          ['Export differs from training by at most', model.maxAbsDifference.toExponential(1)],
          ['Digest', <Digest key="digest" value={model.digest} />],
          ['Created', <Ago key="created" at={model.createdAt} />],
        ]}
      />
    </Section>
  );
}

/** While this model challenges the champion. */
function Challenging() {
  const model = useRecordContext<ModelVersionView>();
  const task = useTask(model);
  const { challenge } = useChallenge(model?.taskId);
  return task && model && challenge?.modelVersionId === model.id ? <ChallengeSection task={task} /> : null;
}
