import { Box, Button, Typography } from '@mui/material';
import { useRecordContext } from 'react-admin';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { logLine, type TrialView } from '@ratchet/contracts';
import { isTerminal } from '@ratchet/domain';
import { client } from '../api/client';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';

const refreshMs = 3000;
const clock = (at: string) => new Date(at).toLocaleTimeString();

/** What the trial said, the newest below; followed while it runs. */
export function TrialLog() {
  const trial = useRecordContext<TrialView>();
  const id = trial?.id;
  const { data, error, refetch } = useQuery({
    queryKey: ['trials', 'log', id],
    enabled: Boolean(id),
    refetchInterval: trial && !isTerminal(trial.state) ? refreshMs : false,
    queryFn: () => client.call('GET', `/api/trials/${id}/log`, z.array(logLine)),
  });
  return (
    <Section
      title="Log"
      action={
        <Button size="small" onClick={() => void refetch()}>
          Refresh
        </Button>
      }
    >
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading the log …</Waiting>}
      {data?.length === 0 && <Typography variant="body2">Nothing yet.</Typography>}
      {data && data.length > 0 && (
        <Box
          tabIndex={0}
          role="log"
          aria-label="Trial log"
          sx={{
            maxHeight: 360,
            overflow: 'auto',
            bgcolor: 'action.hover',
            borderRadius: 1,
            p: 1.5,
            fontFamily: 'ui-monospace, Menlo, Consolas, monospace',
            fontSize: '0.78rem',
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
          }}
        >
          {data.map((line, i) => (
            <Box
              key={i}
              sx={{ color: line.level === 'error' ? 'error.main' : line.level === 'warn' ? 'warning.main' : undefined }}
            >
              {clock(line.at)} {line.message}
            </Box>
          ))}
        </Box>
      )}
    </Section>
  );
}
