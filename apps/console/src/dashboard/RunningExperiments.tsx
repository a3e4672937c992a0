import { Box, Button, Stack, Typography } from '@mui/material';
import { LinkBase, useGetList } from 'react-admin';
import type { ExperimentView } from '@ratchet/contracts';
import { isActive } from '../experiments/trial.counts';
import { TrialProgress } from '../experiments/TrialProgress';
import { formatPercent } from '../fields/format';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { useLiveRefresh } from '../live/useSubscribe';

/** The newest experiments, those at work first. */
export function RunningExperiments() {
  useLiveRefresh('resource/experiments', ['experiments']);
  useLiveRefresh('resource/trials', ['experiments']);
  const { data } = useGetList<ExperimentView>('experiments', {
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: 20 },
  });
  const rows = [...(data ?? [])].sort((a, b) => Number(isActive(b.counts)) - Number(isActive(a.counts))).slice(0, 4);
  return (
    <Section
      title="Experiments"
      action={
        <Button component={LinkBase} to="/experiments/create" size="small">
          New experiment
        </Button>
      }
    >
      {data?.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          None yet. An experiment trains every combination you choose.
        </Typography>
      )}
      <Stack spacing={1.5}>
        {rows.map((experiment) => (
          <Box
            key={experiment.id}
            sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'minmax(0,2fr) minmax(0,3fr) auto' }}
          >
            <ShowLink resource="experiments" id={experiment.id}>
              {experiment.name}
            </ShowLink>
            <Box sx={{ pt: 1 }}>
              <TrialProgress counts={experiment.counts} />
            </Box>
            <Typography variant="body2">{formatPercent(experiment.bestValidationAccuracy)}</Typography>
          </Box>
        ))}
      </Stack>
    </Section>
  );
}
