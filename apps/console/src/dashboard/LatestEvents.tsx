import { Box, Typography } from '@mui/material';
import { useCanAccess, useGetList } from 'react-admin';
import type { AuditEventView } from '@ratchet/contracts';
import { eventSubject } from '../audit-events/audit.text';
import { Ago } from '../fields/Ago';
import { Section } from '../fields/Section';
import { useLiveRefresh } from '../live/useSubscribe';

/** Who changed what, for those who may know. */
export function LatestEvents() {
  const { canAccess } = useCanAccess({ action: 'list', resource: 'audit-events' });
  useLiveRefresh(canAccess ? 'resource/audit-events' : null, ['audit-events']);
  const { data } = useGetList<AuditEventView>(
    'audit-events',
    { sort: { field: 'at', order: 'DESC' }, pagination: { page: 1, perPage: 6 } },
    { enabled: Boolean(canAccess), refetchInterval: 15_000 },
  );
  if (!canAccess) return null;
  return (
    <Section title="Latest events">
      {data?.length === 0 && <Typography variant="body2">Nothing yet.</Typography>}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {data?.map((event) => (
          <Box component="li" key={event.id} sx={{ display: 'flex', gap: 1.5, py: 0.4 }}>
            <Typography variant="body2" sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
              <b>{event.action}</b> {eventSubject(event.detail)} by {event.actor}
            </Typography>
            <Typography variant="body2" color="text.secondary">
              <Ago at={event.at} />
            </Typography>
          </Box>
        ))}
      </Box>
    </Section>
  );
}
