import { useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../api/client';
import { Figure } from '../fields/Facts';
import { formatCompact, formatCount } from '../fields/format';
import { heartbeatMs } from '../fleet/heartbeat';
import { answerRate, requestCounts, type Sample } from './request.figures';

const key = ['gateway', 'requests'];

/** How many predictions were answered, how fast they come, and whether any failed. */
export function RequestFigures() {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: key,
    refetchInterval: heartbeatMs,
    queryFn: async (): Promise<{ sample: Sample; rate: number | null }> => {
      const text = await (await client.send('GET', '/metrics')).text();
      const sample = { at: Date.now(), ...requestCounts(text) };
      const before = queries.getQueryData<{ sample: Sample }>(key)?.sample ?? null;
      return { sample, rate: answerRate(before, sample) };
    },
  });
  if (!data) return null;
  const { sample, rate } = data;
  return (
    <>
      <Figure
        label="Predictions answered"
        value={formatCompact(sample.answered)}
        hint={rate === null ? 'since the API started' : `${rate.toFixed(rate < 10 ? 1 : 0)} a second`}
      />
      <Figure
        label="Predictions failed"
        value={formatCount(sample.failed)}
        hint={`${formatCount(sample.rescued)} saved by a second inferencer`}
      />
    </>
  );
}
