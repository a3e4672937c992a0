import { Alert, Box, Chip, Stack, Typography } from '@mui/material';
import { useGetList } from 'react-admin';
import type { InferencerView } from '@ratchet/contracts';
import { formatTerms } from '../challenges/challenge.figures';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Empty } from '../fields/Empty';
import { formatMs } from '../fields/format';
import { Section } from '../fields/Section';
import { StateChip } from '../fields/StateChip';
import { Trouble, Waiting } from '../fields/Waiting';
import { heartbeatMs } from './heartbeat';
import { Versions } from './Versions';

export function Inferencers() {
  const { data, error, refetch } = useGetList<InferencerView>(
    'inferencers',
    { sort: { field: 'lastHeartbeatAt', order: 'DESC' }, pagination: { page: 1, perPage: 200 } },
    { refetchInterval: heartbeatMs },
  );
  return (
    <Section
      title="Inferencers"
      hint="Each serves every task. A model that fails to load changes nothing and is named here."
    >
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading the fleet …</Waiting>}
      {data?.length === 0 && (
        <Empty title="No inferencer has reported">Start one with RATCHET_API_URL set to this server’s address.</Empty>
      )}
      <Stack spacing={1.5}>
        {data?.map((inferencer) => (
          <Inferencer key={inferencer.id} inferencer={inferencer} />
        ))}
      </Stack>
    </Section>
  );
}

const Inferencer = ({ inferencer }: { inferencer: InferencerView }) => (
  <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 2 }}>
    <Stack direction="row" useFlexGap spacing={1.5} sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
      <Typography sx={{ fontWeight: 600 }}>{inferencer.host}</Typography>
      <StateChip state={inferencer.state} />
      <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
        {inferencer.url}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        heard <Ago at={inferencer.lastHeartbeatAt} />, up since <Ago at={inferencer.startedAt} />
      </Typography>
    </Stack>
    {inferencer.models.length === 0 && (
      <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
        Serves no model yet.
      </Typography>
    )}
    {inferencer.models.map((model) => (
      <Box key={`${model.task}:${model.digest}`} sx={{ mt: 1 }}>
        <Stack direction="row" useFlexGap spacing={1.5} sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
          <StateChip state={model.state} />
          <Typography variant="body2">
            <b>{model.task}</b>, generation {model.generation}
          </Typography>
          <Digest value={model.digest} />
          {model.challenge && <Chip size="small" color="info" label={formatTerms(model.challenge)} />}
          {model.swapMs !== undefined && (
            <Typography variant="body2" color="text.secondary">
              swapped in {formatMs(model.swapMs)}
            </Typography>
          )}
        </Stack>
        {model.error && (
          <Alert severity="error" sx={{ mt: 1 }}>
            {model.error}
          </Alert>
        )}
      </Box>
    ))}
    <Versions versions={inferencer.versions} />
  </Box>
);
