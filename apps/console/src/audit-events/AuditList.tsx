import { DataTable, TextInput } from 'react-admin';
import type { AuditEventView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { detailText } from './audit.text';

const filters = [search, <TextInput key="resource" source="resource" label="Resource" alwaysOn resettable />];

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
        secondary={(e) => `${e.actor} ${detailText(e.detail)}`}
        tertiary={(e) => <Ago at={e.at} />}
      >
        <DataTable.Col source="at" label="When" render={(e: AuditEventView) => <Ago at={e.at} />} />
        <DataTable.Col label="Who" source="actor" />
        <DataTable.Col label="Action" source="action" />
        <DataTable.Col label="Resource" source="resource" />
        <DataTable.Col label="Id" disableSort render={(e: AuditEventView) => <code>{e.resourceId ?? '–'}</code>} />
        <DataTable.Col label="Detail" disableSort render={(e: AuditEventView) => detailText(e.detail)} />
      </Rows>
    </ListPage>
  );
}
