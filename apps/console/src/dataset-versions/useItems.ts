import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { datasetItem, type DatasetItemView } from '@ratchet/contracts';
import type { Split } from '@ratchet/domain';
import { client, showingProblems } from '../api/client';

export interface ItemFilter {
  readonly split?: Split;
  readonly class?: number;
}

/** A page of a dataset version's images; no version, no question asked. */
export function useItems(versionId: string | undefined, filter: ItemFilter, page: number, perPage: number) {
  return useQuery({
    queryKey: ['dataset-versions', 'items', versionId, filter, page, perPage],
    enabled: Boolean(versionId),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<{ rows: DatasetItemView[]; total: number }> => {
      const query = new URLSearchParams({
        filter: JSON.stringify(filter),
        range: JSON.stringify([(page - 1) * perPage, page * perPage - 1]),
      });
      const path = `/api/dataset-versions/${versionId}/items?${query}`;
      const response = await showingProblems(client.send('GET', path, { signal }));
      const rows = z.array(datasetItem).parse(await response.json());
      return { rows, total: Number(response.headers.get('content-range')?.split('/')[1] ?? rows.length) };
    },
  });
}
