import { Box } from '@mui/material';
import { DataTable, SelectInput, useResourceDefinitions } from 'react-admin';
import type { AuditEventView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { ShowLink } from '../fields/ShowLink';
import { detailText, eventSubject, resourceNoun } from './audit.text';

const audited = [
  'api-keys',
  'datasets',
  'experiments',
  'hyperparameter-sets',
  'imports',
  'networks',
  'tasks',
  'trials',
  'users',
];
const filters = [
  search,
  <SelectInput
    key="resource"
    source="resource"
    label="What"
    alwaysOn
    emptyText="any"
    choices={audited.map((id) => ({ id, name: resourceNoun(id) }))}
  />,
];

/** What an event was about, and the way there where there is a page of it. */
function What({ event: { resource, resourceId, detail } }: { event: AuditEventView }) {
  const { hasShow } = useResourceDefinitions()[resource] ?? {};
  return (
    <ShowLink resource={resource} id={hasShow ? resourceId : null}>
      {eventSubject(detail) || resourceNoun(resource)}
    </ShowLink>
  );
}

export default function AuditList() {
  return (
    <ListPage
      title="Audit"
      filters={filters}
      sort={{ field: 'at', order: 'DESC' }}
      empty={
        <Empty title="Nothing has happened yet">Every change that a person or a key makes is recorded here.</Empty>
      }
    >
      <Rows<AuditEventView>
        rowClick={false}
        primary={(e) => e.action}
        secondary={(e) => (
          <>
            <What event={e} /> by {e.actor}
          </>
        )}
        tertiary={(e) => <Ago at={e.at} />}
      >
        <DataTable.Col source="at" label="When" render={(e: AuditEventView) => <Ago at={e.at} />} />
        <DataTable.Col label="Who" source="actor" />
        <DataTable.Col label="Action" source="action" />
        <DataTable.Col label="What" source="resource" render={(e: AuditEventView) => <What event={e} />} />
        <DataTable.Col label="Detail" disableSort render={(e: AuditEventView) => <Detail of={e} />} />
      </Rows>
    </ListPage>
  );
}

function Detail({ of }: { of: AuditEventView }) {
  const text = detailText(of.detail);
  return (
    <Box
      title={text}
      sx={{
        maxWidth: { xs: 160, md: 260, lg: 420, xl: 700 },
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
      }}
    >
      {text}
    </Box>
  );
}
