import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { metric, type CurvesView } from '@ratchet/contracts';
import { client } from '../api/client';
import { curvesOf } from './trial.curves';

/** The stored curves of one trial. */
export const metricsQuery = (trialId: string) =>
  queryOptions({
    queryKey: ['metrics', trialId],
    staleTime: Infinity, // what comes after arrives by the event stream
    gcTime: 0,
    queryFn: async (): Promise<CurvesView> =>
      curvesOf(await client.call('GET', `/api/trials/${trialId}/metrics`, z.array(metric))),
  });
