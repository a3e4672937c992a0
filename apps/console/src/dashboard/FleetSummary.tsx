import { Alert, Box, Button } from '@mui/material';
import { LinkBase, useGetList } from 'react-admin';
import type { InferencerView, TrainerView } from '@ratchet/contracts';
import { Figure } from '../fields/Facts';
import { counted } from '../fields/format';
import { Section } from '../fields/Section';
import { heartbeatMs } from '../fleet/heartbeat';
import { RequestFigures } from './RequestFigures';
import { inferencerSummary, trainerSummary } from './fleet.summary';

const all = { pagination: { page: 1, perPage: 200 }, sort: { field: 'lastHeartbeatAt', order: 'DESC' as const } };

/** Is there someone to train and someone to serve. */
export function FleetSummary() {
  const { data: inferencers } = useGetList<InferencerView>('inferencers', all, { refetchInterval: heartbeatMs });
  const { data: trainers } = useGetList<TrainerView>('trainers', all, { refetchInterval: heartbeatMs });
  const serving = inferencerSummary(inferencers ?? []);
  const training = trainerSummary(trainers ?? []);
  return (
    <Section
      title="Fleet"
      action={
        <Button component={LinkBase} to="/inferencers" size="small">
          See the fleet
        </Button>
      }
    >
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(3, 1fr)' } }}>
        <Figure label="Inferencers online" value={serving.online} hint={`of ${serving.all} known`} />
        <Figure label="Models serving" value={serving.models} hint={counted(serving.tasks, 'task')} />
        <Figure
          label="Trainer slots busy"
          value={`${training.busy}/${training.slots}`}
          hint={`${counted(training.online, 'trainer')} online`}
        />
        <RequestFigures />
      </Box>
      {serving.errors.map((error) => (
        <Alert key={error} severity="error" sx={{ mt: 1.5 }}>
          {error}
        </Alert>
      ))}
    </Section>
  );
}
