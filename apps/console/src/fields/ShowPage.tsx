import type { ReactElement, ReactNode } from 'react';
import { Stack } from '@mui/material';
import { Show, TopToolbar, useResourceContext, useGetRecordId } from 'react-admin';
import { useLiveRefresh } from '../live/useSubscribe';

interface ShowPageProps {
  title: ReactElement | string;
  actions?: ReactNode;
  /** Resources shown on the page besides its own that an event of the record touches. */
  touches?: readonly string[];
  children: ReactNode;
}

/** A record's page: sections below each other, kept current by the record's own topic. */
export function ShowPage({ title, actions, touches = [], children }: ShowPageProps) {
  const resource = useResourceContext() ?? '';
  const id = useGetRecordId();
  useLiveRefresh(`resource/${resource}/${id}`, [resource, ...touches]);
  return (
    <Show
      title={title}
      component="div"
      actions={actions ? <TopToolbar sx={{ flexWrap: 'wrap', gap: 1 }}>{actions}</TopToolbar> : false}
    >
      <Stack spacing={2}>{children}</Stack>
    </Show>
  );
}
