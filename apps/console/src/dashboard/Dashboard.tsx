import { useState } from 'react';
import { Box, MenuItem, Stack, TextField } from '@mui/material';
import { Title, useGetList } from 'react-admin';
import type { TaskView } from '@ratchet/contracts';
import { Section } from '../fields/Section';
import { Waiting } from '../fields/Waiting';
import { useLiveRefresh } from '../live/useSubscribe';
import { ChampionSteps } from '../tasks/ChampionSteps';
import { RatchetChart } from '../tasks/RatchetChart';
import { Unloaded } from '../tasks/Unloaded';
import { ChampionFigures } from './ChampionFigures';
import { FirstSteps } from './FirstSteps';
import { FleetSummary } from './FleetSummary';
import { LatestEvents } from './LatestEvents';
import { RunningExperiments } from './RunningExperiments';

/** Is the ratchet turning, is the fleet well, what happened last. */
export default function Dashboard() {
  useLiveRefresh('resource/tasks', ['tasks']);
  useLiveRefresh('resource/promotions', ['tasks', 'promotions', 'inferencers']);
  const { data: tasks, isPending } = useGetList<TaskView>('tasks', {
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: 100 },
  });
  const [picked, setPicked] = useState<string | null>(null);
  if (isPending) return <Waiting>Loading the dashboard …</Waiting>;
  const task = tasks?.find((t) => t.id === picked) ?? tasks?.find((t) => t.champion) ?? tasks?.[0];
  return (
    <Stack spacing={2} sx={{ mt: 1 }}>
      <Title title="Dashboard" />
      {!task?.champion && <FirstSteps />}
      {task && (
        <Section
          title="The ratchet"
          hint="Measured gate accuracy of the champions over time. Select a step to see its model."
          action={
            <TextField
              select
              label="Task"
              value={task.id}
              onChange={({ target }) => setPicked(target.value)}
              sx={{ width: { xs: '100%', sm: 240 } }}
            >
              {tasks?.map((t) => (
                <MenuItem key={t.id} value={t.id}>
                  {t.title}
                </MenuItem>
              ))}
            </TextField>
          }
        >
          <Unloaded task={task} />
          <ChampionFigures task={task} />
          <RatchetChart taskId={task.id} height={280} />
        </Section>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,7fr) minmax(0,6fr)' },
        }}
      >
        <Stack spacing={2}>
          {task?.champion && (
            <Section title="Latest gate decisions" flush>
              <ChampionSteps taskId={task.id} limit={6} />
            </Section>
          )}
          <FleetSummary />
        </Stack>
        <Stack spacing={2}>
          <RunningExperiments />
          <LatestEvents />
        </Stack>
      </Box>
    </Stack>
  );
}
