import { useCallback, useMemo } from 'react';
import { useCreatePath, useGetList, useNavigate } from 'react-admin';
import { useQuery } from '@tanstack/react-query';
import { curves, type TrialView } from '@ratchet/contracts';
import type { MetricName } from '@ratchet/domain';
import { client } from '../api/client';
import { LiveCurves } from '../charts/LiveCurves';
import { Trouble, Waiting } from '../fields/Waiting';
import { settingsOf } from '../hyperparameter-sets/grid.form';

/** Of all curves together: fewer points each where there are many. */
const allPoints = 40_000;
const pointsOf = (trials: number) => Math.max(20, Math.min(200, Math.floor(allPoints / Math.max(1, trials))));

interface ExperimentCurvesProps {
  experimentId: string;
  trials: number;
  metric: MetricName;
}

export function ExperimentCurves({ experimentId, trials: count, metric }: ExperimentCurvesProps) {
  const navigate = useNavigate();
  const path = useCreatePath();
  const { data, error, refetch } = useQuery({
    queryKey: ['curves', experimentId, metric],
    staleTime: Infinity, // what comes after arrives by the event stream
    gcTime: 0,
    queryFn: () =>
      client.call('GET', `/api/experiments/${experimentId}/curves?name=${metric}&points=${pointsOf(count)}`, curves),
  });
  const { data: trials } = useGetList<TrialView>('trials', {
    filter: { experimentId },
    sort: { field: 'bestValidationAccuracy', order: 'DESC' },
    pagination: { page: 1, perPage: 200 },
  });
  const names = useMemo(
    () => new Map(trials?.map((t) => [t.id, `${t.networkName}: ${settingsOf(t.hyperparameters)}`])),
    [trials],
  );
  const nameOf = useCallback((id: string) => names.get(id) ?? `trial ${id.slice(-6)}`, [names]);
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting>Loading curves …</Waiting>;
  return (
    <LiveCurves
      metric={metric}
      topics={[`resource/experiments/${experimentId}`]}
      curves={data}
      nameOf={nameOf}
      onResumed={() => void refetch()}
      onPick={(id) => navigate(path({ resource: 'trials', type: 'show', id }))}
      height={320}
    />
  );
}
