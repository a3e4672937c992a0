import type { ReactElement, ReactNode } from 'react';
import { Checkbox, useMediaQuery, type Theme } from '@mui/material';
import {
  DataTable,
  SimpleList,
  useListContext,
  useRecordContext,
  type RaRecord,
  type RowClickFunction,
} from 'react-admin';

interface RowsProps<R extends RaRecord> {
  /** A phone's row: what it is, what is known of it, how it stands. */
  primary: (row: R) => ReactNode;
  secondary?: (row: R) => ReactNode;
  tertiary?: (row: R) => ReactNode;
  rowClick?: 'show' | false | RowClickFunction;
  /** Rows of the wide table can be ticked: what stands above them to do something with those that are, and their names. */
  selection?: { readonly bar: ReactElement; readonly nameOf: (row: R) => string };
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
    <>
      {selection?.bar}
      <DataTable<R> bulkActionButtons={false} rowClick={rowClick}>
        {selection && (
          <DataTable.Col label="Chosen" disableSort padding="checkbox">
            <Tick nameOf={selection.nameOf} />
          </DataTable.Col>
        )}
        {children}
      </DataTable>
    </>
  );
}

/** react-admin's own boxes have names that do not reach their inputs: a screen reader would call them all the same. */
function Tick<R extends RaRecord>({ nameOf }: { nameOf: (row: R) => string }) {
  const row = useRecordContext<R>();
  const { selectedIds, onToggleItem } = useListContext<R>();
  if (!row) return null;
  return (
    <Checkbox
      checked={selectedIds.includes(row.id)}
      onChange={() => onToggleItem(row.id)}
      onClick={(event) => event.stopPropagation()}
      slotProps={{ input: { 'aria-label': `Choose ${nameOf(row)}` } }}
    />
  );
}
