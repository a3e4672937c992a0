import { Stack } from '@mui/material';
import { Title } from 'react-admin';
import { useLiveRefresh } from '../live/useSubscribe';
import { Inferencers } from './Inferencers';
import { Trainers } from './Trainers';

/** Who trains and who serves, and what exactly each of them serves. */
export default function Fleet() {
  useLiveRefresh('resource/inferencers', ['inferencers']);
  useLiveRefresh('resource/trainers', ['trainers']);
  useLiveRefresh('resource/deployments', ['inferencers']);
  return (
    <Stack spacing={2} sx={{ mt: 1 }}>
      <Title title="Fleet" />
      <Inferencers />
      <Trainers />
    </Stack>
  );
}
