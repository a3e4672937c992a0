import { Box, Typography } from '@mui/material';
import { useRecordContext } from 'react-admin';
import { useQuery } from '@tanstack/react-query';
import type { TrialView } from '@ratchet/contracts';
import type { MetricName } from '@ratchet/domain';
import { LiveCurves } from '../charts/LiveCurves';
import { metricTitles } from '../charts/live.option';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';
import { metricsQuery } from './metrics.query';

const metricName = Object.fromEntries(Object.entries(metricTitles).map(([name, title]) => [name, () => title]));
const panels: readonly MetricName[] = [
  'validation_accuracy',
  'validation_loss',
  'train_loss',
  'train_accuracy',
  'learning_rate',
  'images_per_second',
];

/** Everything a trial measures, as it measures it. */
export function TrialCurves() {
  const trial = useRecordContext<TrialView>();
  const id = trial?.id;
  const { data, error, refetch } = useQuery({ ...metricsQuery(id ?? ''), enabled: Boolean(id) });
  if (!id) return null;
  return (
    <Section title="Curves">
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading curves …</Waiting>}
      {data && (
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            gridTemplateColumns: {
              xs: 'minmax(0,1fr)',
              md: 'repeat(2, minmax(0,1fr))',
              xl: 'repeat(3, minmax(0,1fr))',
            },
          }}
        >
          {panels.map((name) => (
            <div key={name}>
              <Typography variant="subtitle2">{metricTitles[name]}</Typography>
              <LiveCurves
                metric={name}
                topics={[`resource/trials/${id}`]}
                curves={data}
                nameOf={metricName[name]}
                onResumed={() => void refetch()}
                height={190}
              />
            </div>
          ))}
        </Box>
      )}
    </Section>
  );
}
