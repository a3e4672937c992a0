import { Box, LinearProgress, Stack, Typography } from '@mui/material';
import { useGetList } from 'react-admin';
import type { TrainerView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { Section } from '../fields/Section';
import { StateChip } from '../fields/StateChip';
import { Trouble, Waiting } from '../fields/Waiting';
import { heartbeatMs } from './heartbeat';
import { Versions } from './Versions';

export function Trainers() {
  const { data, error, refetch } = useGetList<TrainerView>(
    'trainers',
    { sort: { field: 'lastHeartbeatAt', order: 'DESC' }, pagination: { page: 1, perPage: 200 } },
    { refetchInterval: heartbeatMs },
  );
  return (
    <Section title="Trainers" hint="Each takes trials from the queue, as many at once as it has slots.">
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading the fleet …</Waiting>}
      {data?.length === 0 && (
        <Empty title="No trainer has reported">Queued trials wait until a trainer takes them.</Empty>
      )}
      <Stack spacing={1.5}>
        {data?.map((trainer) => (
          <Box key={trainer.id} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 2 }}>
            <Stack direction="row" useFlexGap spacing={1.5} sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
              <Typography sx={{ fontWeight: 600 }}>{trainer.host}</Typography>
              <StateChip state={trainer.state} />
              <Typography variant="body2">{trainer.device}</Typography>
              <Typography variant="body2" color="text.secondary">
                heard <Ago at={trainer.lastHeartbeatAt} />, up since <Ago at={trainer.startedAt} />
              </Typography>
            </Stack>
            <Box sx={{ mt: 1, maxWidth: 240 }}>
              <LinearProgress
                variant="determinate"
                value={trainer.slots ? Math.min(100, (100 * trainer.busy) / trainer.slots) : 0}
                aria-label={`${trainer.busy} of ${trainer.slots} slots busy`}
              />
              <Typography sx={{ fontSize: '0.78rem', color: 'text.secondary' }}>
                {trainer.busy} of {trainer.slots} slots busy
              </Typography>
            </Box>
            <Versions versions={trainer.versions} />
          </Box>
        ))}
      </Stack>
    </Section>
  );
}
