import { useQuery } from '@tanstack/react-query';
import { client } from '../api/client';
import { gateMistakes } from './gate.mistakes';

/** The gate images that a model gets wrong; they never change. */
export const useMistakes = (modelVersionId: string | null | undefined) =>
  useQuery({
    queryKey: ['model-versions', 'mistakes', modelVersionId],
    enabled: Boolean(modelVersionId),
    staleTime: Infinity,
    queryFn: () => client.call('GET', `/api/model-versions/${modelVersionId}/mistakes`, gateMistakes),
  });
