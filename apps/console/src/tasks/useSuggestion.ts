import { useGetOne } from 'react-admin';
import type { DatasetVersionView } from '@ratchet/contracts';
import { useItems } from '../dataset-versions/useItems';
import { suggestInput, suggestName } from './task.wizard';

/** How many images tell the size of all. */
const sampled = 50;

/** What a task of a dataset version might be called and see; undefined until it is known. */
export function useSuggestion(versionId: string | undefined) {
  const { data: version } = useGetOne<DatasetVersionView>(
    'dataset-versions',
    { id: versionId ?? '' },
    { enabled: Boolean(versionId) },
  );
  const { data: items } = useItems(versionId, {}, 1, sampled);
  if (!versionId || !items || version?.id !== versionId) return undefined;
  const { datasetName } = version;
  return { version, title: datasetName, name: suggestName(datasetName), input: suggestInput(items.rows) };
}
