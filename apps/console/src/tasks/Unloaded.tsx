import { Alert } from '@mui/material';
import type { TaskView } from '@ratchet/contracts';
import { ServingButton } from './ServingButton';

/** Says that nobody can ask a task although it has a champion, and how to mend that. */
export function Unloaded({ task }: { task: TaskView }) {
  if (task.served || !task.champion) return null;
  return (
    <Alert severity="warning" sx={{ my: 1 }} action={<ServingButton task={task} />}>
      {task.title} is unloaded: the fleet refuses its requests until an administrator loads it again. Promotions go on,
      and the champion of that moment is what will be served.
    </Alert>
  );
}
