import { Stack } from '@mui/material';
import { Title, useGetList } from 'react-admin';
import type { TaskView } from '@ratchet/contracts';
import { useLiveRefresh } from '../live/useSubscribe';
import { Unloaded } from '../tasks/Unloaded';
import { Inferencers } from './Inferencers';
import { Trainers } from './Trainers';

/** Who trains and who serves, and what exactly each of them serves. */
export default function Fleet() {
  useLiveRefresh('resource/inferencers', ['inferencers']);
  useLiveRefresh('resource/trainers', ['trainers']);
  useLiveRefresh('resource/deployments', ['inferencers']);
  useLiveRefresh('resource/tasks', ['tasks']);
  const { data: tasks } = useGetList<TaskView>('tasks', { pagination: { page: 1, perPage: 200 } });
  return (
    <Stack spacing={2} sx={{ mt: 1 }}>
      <Title title="Fleet" />
      {tasks?.map((task) => (
        <Unloaded key={task.id} task={task} />
      ))}
      <Inferencers />
      <Trainers />
    </Stack>
  );
}
