import { DataTable } from 'react-admin';
import type { UserView } from '@ratchet/contracts';
import { Link } from '@mui/material';
import { LinkBase } from 'react-admin';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';

export default function UserList() {
  return (
    <ListPage title="Users" create="New user" filters={[search]} empty={<Empty title="No user">Sign in again.</Empty>}>
      <Rows<UserView>
        rowClick={(id) => `/users/${id}`}
        primary={(u) => u.name}
        secondary={(u) => u.email}
        tertiary={(u) => (u.disabled ? 'disabled' : u.role)}
      >
        <DataTable.Col
          source="email"
          label="E-mail"
          render={(u: UserView) => (
            <Link component={LinkBase} to={`/users/${u.id}`} sx={{ fontWeight: 600 }} underline="hover">
              {u.email}
            </Link>
          )}
        />
        <DataTable.Col source="name" label="Name" />
        <DataTable.Col source="role" label="Role" disableSort />
        <DataTable.Col label="Access" disableSort render={(u: UserView) => (u.disabled ? 'disabled' : 'enabled')} />
        <DataTable.Col source="createdAt" label="Created" render={(u: UserView) => <Ago at={u.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
