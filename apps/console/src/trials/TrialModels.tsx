import { Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { useGetList, useRecordContext } from 'react-admin';
import type { ModelVersionView, TrialView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { formatPercent } from '../fields/format';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';

/** The models this trial put before the gate. */
export function TrialModels() {
  const trial = useRecordContext<TrialView>();
  const { data } = useGetList<ModelVersionView>(
    'model-versions',
    {
      filter: { trialId: trial?.id },
      sort: { field: 'createdAt', order: 'DESC' },
      pagination: { page: 1, perPage: 50 },
    },
    { enabled: Boolean(trial) },
  );
  if (!data?.length) return null;
  return (
    <Section title="Models from this trial" flush>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>Model</TableCell>
            <TableCell align="right">Epoch</TableCell>
            <TableCell align="right">Validation accuracy</TableCell>
            <TableCell align="right">Gate accuracy</TableCell>
            <TableCell align="right">Created</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {data.map((model) => (
            <TableRow key={model.id}>
              <TableCell>
                <ShowLink resource="model-versions" id={model.id}>
                  version {model.version}
                </ShowLink>
                {model.isChampion && ' (champion)'}
              </TableCell>
              <TableCell align="right">{model.epoch}</TableCell>
              <TableCell align="right">{formatPercent(model.validationAccuracy)}</TableCell>
              <TableCell align="right">{formatPercent(model.gateAccuracy)}</TableCell>
              <TableCell align="right">
                <Ago at={model.createdAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Section>
  );
}
