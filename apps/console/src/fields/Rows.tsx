import type { ReactElement, ReactNode } from 'react';
import { useMediaQuery, type Theme } from '@mui/material';
import { DataTable, SimpleList, type RaRecord, type RowClickFunction } from 'react-admin';

interface RowsProps<R extends RaRecord> {
  /** A phone's row: what it is, what is known of it, how it stands. */
  primary: (row: R) => ReactNode;
  secondary?: (row: R) => ReactNode;
  tertiary?: (row: R) => ReactNode;
  rowClick?: 'show' | false | RowClickFunction;
  /** Stands above the wide table, whose rows can then be ticked: what to do with those that are. */
  selection?: ReactElement;
  /** Columns of the wide table. */
  children: ReactNode;
}

/** One list, two shapes: a table where there is room, two-line rows on a phone. */
export function Rows<R extends RaRecord>({
  primary,
  secondary,
  tertiary,
  rowClick = 'show',
  selection,
  children,
}: RowsProps<R>) {
  const phone = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'));
  if (phone)
    return (
      <SimpleList<R>
        primaryText={(row) => <>{primary(row)}</>}
        secondaryText={secondary && ((row) => <>{secondary(row)}</>)}
        tertiaryText={tertiary && ((row) => <>{tertiary(row)}</>)}
        rowClick={rowClick}
      />
    );
  return (
    <DataTable<R> bulkActionButtons={Boolean(selection)} bulkActionsToolbar={selection} rowClick={rowClick}>
      {children}
    </DataTable>
  );
}
