import { Box } from '@mui/material';
import { useGetOne } from 'react-admin';
import type { ModelVersionView, TaskView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Figure } from '../fields/Facts';
import { formatCount, formatInterval, formatPercent } from '../fields/format';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';

/** The champion in four figures. */
export function ChampionFigures({ task }: { task: TaskView }) {
  const { champion } = task;
  const { data: model } = useGetOne<ModelVersionView>(
    'model-versions',
    { id: champion?.modelVersionId ?? '' },
    { enabled: Boolean(champion) },
  );
  if (!champion) return null;
  const interval = model?.gateInterval;
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' }, my: 1 }}>
      <Figure
        label="Champion’s gate accuracy"
        value={
          <ShowLink resource="model-versions" id={champion.modelVersionId}>
            {formatPercent(champion.gateAccuracy)}
          </ShowLink>
        }
        hint={
          <>
            <StateChip state={champion.state} />{' '}
            {interval && <span title="95 % interval">in {formatInterval(interval)}</span>}
          </>
        }
      />
      <Figure
        label="Generation"
        value={champion.generation}
        hint={
          <>
            live <Ago at={champion.since} />
          </>
        }
      />
      <Figure
        label="Gate queries"
        value={formatCount(task.gateQueries)}
        hint={`on ${formatCount(task.gateImages)} images`}
      />
      <Figure
        label="Best validation accuracy"
        value={formatPercent(task.bestValidationAccuracy)}
        hint="over all trials"
      />
    </Box>
  );
}
