import { Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { useGetList } from 'react-admin';
import type { PromotionView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { formatP, formatPercent } from '../fields/format';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';

/** The latest gate decisions of a task in words: the chart for keyboard and ear. */
export function ChampionSteps({ taskId, limit = 5 }: { taskId: string; limit?: number }) {
  const { data } = useGetList<PromotionView>('promotions', {
    filter: { taskId },
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: limit },
  });
  if (!data?.length) return null;
  return (
    <Table size="small" aria-label="Latest gate decisions" sx={{ '& td, & th': { whiteSpace: 'nowrap', px: 1.5 } }}>
      <TableHead>
        <TableRow>
          <TableCell>Gate accuracy</TableCell>
          <TableCell>Decision</TableCell>
          <TableCell align="right">Gained / lost</TableCell>
          <TableCell align="right">p</TableCell>
          <TableCell align="right">When</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {data.map((p) => (
          <TableRow key={p.id}>
            <TableCell>
              <ShowLink resource="model-versions" id={p.modelVersionId}>
                {formatPercent(p.gateAccuracy)}
              </ShowLink>
            </TableCell>
            <TableCell>
              <StateChip state={p.outcome} title={p.reason} />
            </TableCell>
            <TableCell align="right">{p.againstId ? `${p.gained} / ${p.lost}` : '–'}</TableCell>
            <TableCell align="right">{p.againstId ? formatP(p.p) : '–'}</TableCell>
            <TableCell align="right">
              <Ago at={p.createdAt} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
