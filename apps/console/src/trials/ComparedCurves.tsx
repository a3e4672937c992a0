import { useCallback } from 'react';
import { Box, Typography } from '@mui/material';
import { RecordContextProvider, ResourceContextProvider, useCreatePath, useNavigate } from 'react-admin';
import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import type { CurvesView, ExperimentView, TrialView } from '@ratchet/contracts';
import { seriesColours } from '../charts/chart.ink';
import { LiveCurves } from '../charts/LiveCurves';
import { metricTitles } from '../charts/live.option';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { Trouble, Waiting } from '../fields/Waiting';
import { differencesOf } from './comparison';
import { metricsQuery } from './metrics.query';
import { Swatch } from './Swatch';
import { trialName } from './trial.facts';

const together = (answers: UseQueryResult<CurvesView>[]) => ({
  curves: answers.every((answer) => answer.data) ? answers.flatMap((answer) => answer.data ?? []) : undefined,
  error: answers.find((answer) => answer.error)?.error,
  refetch: () => answers.forEach((answer) => void answer.refetch()),
});

interface ComparedCurvesProps {
  trials: readonly TrialView[];
  experiments: readonly ExperimentView[];
}

/** One curve and one colour for each trial, and whose they are. */
export function ComparedCurves({ trials, experiments }: ComparedCurvesProps) {
  const navigate = useNavigate();
  const path = useCreatePath();
  const { curves, error, refetch } = useQueries({
    queries: trials.map((trial) => metricsQuery(trial.id)),
    combine: together,
  });
  const differences = differencesOf(trials);
  const words = trials.map((trial, t) =>
    [experiments.find((e) => e?.id === trial.experimentId)?.name, differences[t]].filter(Boolean).join(' · '),
  );
  const names = JSON.stringify(trials.map((trial, t) => [trial.id, `${trialName(trial)}: ${words[t]}`]));
  const nameOf = useCallback((id: string) => new Map(JSON.parse(names) as [string, string][]).get(id) ?? id, [names]);
  const order = trials.map((trial) => trial.id).join();
  const colourOf = useCallback((id: string) => seriesColours[order.split(',').indexOf(id)], [order]);
  return (
    <Section title={metricTitles.validation_accuracy}>
      {error && <Trouble error={error} retry={refetch} />}
      {!curves && !error && <Waiting>Loading curves …</Waiting>}
      {curves && (
        <LiveCurves
          metric="validation_accuracy"
          topics={trials.map((trial) => `resource/trials/${trial.id}`)}
          curves={curves}
          nameOf={nameOf}
          colourOf={colourOf}
          onResumed={refetch}
          onPick={(id) => navigate(path({ resource: 'trials', type: 'show', id }))}
          height={320}
        />
      )}
      <Box
        component="ul"
        aria-label="Trials by colour"
        sx={{
          listStyle: 'none',
          m: 0,
          mt: 1.5,
          p: 0,
          display: 'grid',
          gap: 1,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))',
        }}
      >
        {trials.map((trial, t) => (
          <Box component="li" key={trial.id} sx={{ display: 'flex', gap: 1, minWidth: 0 }}>
            <Swatch colour={seriesColours[t]} />
            <Typography component="div" variant="body2" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              <ResourceContextProvider value="trials">
                <RecordContextProvider value={trial}>
                  <ShowLink />
                </RecordContextProvider>
              </ResourceContextProvider>
              <Box sx={{ color: 'text.secondary' }}>{words[t]}</Box>
            </Typography>
          </Box>
        ))}
      </Box>
    </Section>
  );
}
