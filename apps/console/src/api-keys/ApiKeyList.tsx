import { DataTable, DeleteWithConfirmButton, FunctionField } from 'react-admin';
import type { ApiKeyView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';

const Revoke = () => (
  <FunctionField
    render={(key: ApiKeyView) =>
      key.revokedAt ? (
        <>
          revoked <Ago at={key.revokedAt} />
        </>
      ) : (
        <DeleteWithConfirmButton
          label="Revoke"
          mutationMode="pessimistic"
          confirmTitle={`Revoke the key ${key.name}?`}
          confirmContent="Programs that use it are refused from then on. This cannot be undone."
        />
      )
    }
  />
);

export default function ApiKeyList() {
  return (
    <ListPage
      title="API keys"
      create="New key"
      empty={
        <Empty title="No API key yet" action={{ label: 'New key', to: '/api-keys/create' }}>
          Programs sign in with a key in the Authorization header instead of a session.
        </Empty>
      }
    >
      <Rows<ApiKeyView>
        rowClick={false}
        primary={(k) => k.name}
        secondary={(k) => (
          <>
            {k.prefix}… {k.role},{' '}
            {k.lastUsedAt ? (
              <>
                used <Ago at={k.lastUsedAt} />
              </>
            ) : (
              'never used'
            )}
          </>
        )}
        tertiary={() => <Revoke />}
      >
        <DataTable.Col source="name" label="Name" />
        <DataTable.Col label="Key" disableSort render={(k: ApiKeyView) => <code>{k.prefix}…</code>} />
        <DataTable.Col source="role" label="Role" disableSort />
        <DataTable.Col
          label="Last used"
          disableSort
          render={(k: ApiKeyView) => (k.lastUsedAt ? <Ago at={k.lastUsedAt} /> : 'never')}
        />
        <DataTable.Col source="createdAt" label="Created" render={(k: ApiKeyView) => <Ago at={k.createdAt} />} />
        <DataTable.Col label="Access" disableSort render={() => <Revoke />} />
      </Rows>
    </ListPage>
  );
}
