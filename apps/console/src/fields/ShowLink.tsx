import type { ReactNode } from 'react';
import { Link } from '@mui/material';
import { LinkBase, useCreatePath, useGetRecordRepresentation, useRecordContext, useResourceContext } from 'react-admin';

interface Target {
  resource?: string;
  id?: string | null;
  children?: ReactNode;
}

/** A link to a record's page: the keyboard's way into a table row. Without an id it is plain text. */
export function ShowLink({ resource, id, children }: Target) {
  const record = useRecordContext();
  const here = useResourceContext();
  const target = resource ?? here ?? '';
  const path = useCreatePath();
  const name = useGetRecordRepresentation(target);
  const to = id === undefined ? record?.id : id;
  if (!to) return <>{children ?? '–'}</>;
  return (
    <Link
      component={LinkBase}
      to={path({ resource: target, type: 'show', id: to })}
      underline="hover"
      sx={{ fontWeight: 600, overflowWrap: 'break-word' }}
      onClick={(event: React.MouseEvent) => event.stopPropagation()}
    >
      {children ?? name(record)}
    </Link>
  );
}
