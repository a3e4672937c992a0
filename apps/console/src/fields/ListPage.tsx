import type { ReactElement, ReactNode } from 'react';
import { CreateButton, FilterButton, List, TopToolbar, useResourceContext, type SortPayload } from 'react-admin';
import { useLiveRefresh } from '../live/useSubscribe';

interface ListPageProps {
  title: string;
  empty: ReactElement;
  children: ReactNode;
  filters?: ReactElement[];
  /** Standing conditions. */
  filter?: Record<string, unknown>;
  sort?: SortPayload;
  /** Words of the create button; none without. */
  create?: string;
  aside?: ReactElement;
}

/** A resource's table: paged, sorted and filtered by the API, asked again when the resource changes. */
export function ListPage({ title, empty, children, filters, filter, sort, create, aside }: ListPageProps) {
  const resource = useResourceContext() ?? '';
  useLiveRefresh(`resource/${resource}`, [resource]);
  return (
    <List
      title={title}
      empty={empty}
      filters={filters}
      filter={filter}
      sort={sort ?? { field: 'createdAt', order: 'DESC' }}
      perPage={25}
      exporter={false}
      aside={aside}
      actions={
        <TopToolbar>
          {filters && <FilterButton />}
          {create && <CreateButton label={create} variant="contained" />}
        </TopToolbar>
      }
    >
      {children}
    </List>
  );
}
