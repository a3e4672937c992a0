import { useMemo } from 'react';
import { useTheme } from '@mui/material';
import { useCreatePath, useGetList, useNavigate } from 'react-admin';
import type { PromotionView } from '@ratchet/contracts';
import { Chart } from '../charts/Chart';
import { ratchetOption, type ModelPoint } from '../charts/ratchet.option';
import { ratchetSteps } from '../charts/ratchet.steps';
import { Empty } from '../fields/Empty';
import { Trouble, Waiting } from '../fields/Waiting';
import { formatPercent } from '../fields/format';
import { useLiveRefresh } from '../live/useSubscribe';

const shown = 1000;

/** Gate accuracy of a task's champions over time. Each step leads to its model. */
export function RatchetChart({ taskId, height = 300 }: { taskId: string; height?: number }) {
  const theme = useTheme();
  const navigate = useNavigate();
  const path = useCreatePath();
  useLiveRefresh('resource/promotions', ['promotions']);
  const { data, error, refetch, dataUpdatedAt } = useGetList<PromotionView>('promotions', {
    filter: { taskId },
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: shown },
  });
  const steps = useMemo(() => ratchetSteps(data ?? []), [data]);
  const option = useMemo(
    () => ratchetOption(data ?? [], steps, Math.max(dataUpdatedAt, steps.at(-1)?.at ?? 0), theme),
    [data, steps, dataUpdatedAt, theme],
  );
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting>Loading promotions …</Waiting>;
  if (steps.length === 0)
    return (
      <Empty title="No champion yet" action={{ label: 'New experiment', to: '/experiments/create' }}>
        The first trial that finishes an epoch puts the first model live; every better one adds a step here.
      </Empty>
    );
  return (
    <Chart
      label={`${steps.length} champions; gate accuracy from ${formatPercent(steps[0].accuracy)} to ${formatPercent(steps.at(-1)?.accuracy)}`}
      option={option}
      height={height}
      onPick={({ data: point }) => {
        const { modelVersionId } = point as ModelPoint;
        if (modelVersionId) navigate(path({ resource: 'model-versions', type: 'show', id: modelVersionId }));
      }}
    />
  );
}
