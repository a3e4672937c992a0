import { useState, type ReactNode } from 'react';
import { Box, Chip, FormControlLabel, Switch, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { ReferenceField } from 'react-admin';
import type { TrialView } from '@ratchet/contracts';
import { seriesColours } from '../charts/chart.ink';
import { formatPercent } from '../fields/format';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';
import { bestOf, settingRows } from './comparison';
import { Swatch } from './Swatch';
import { took, trialName } from './trial.facts';

type Row = readonly [label: string, cell: (trial: TrialView) => ReactNode];

const head = {
  position: 'sticky',
  left: 0,
  zIndex: 1,
  bgcolor: 'background.paper',
  width: 130,
  minWidth: 110,
} as const;
const cell = { minWidth: 150, verticalAlign: 'top' } as const;

/** A column for each trial: what it is, how it did, and by which settings it differs. */
export function ComparedFacts({ trials }: { trials: readonly TrialView[] }) {
  const [all, setAll] = useState(false);
  const settings = settingRows(trials);
  const differing = settings.filter((row) => row.differs);
  return (
    <Section
      title="Side by side"
      hint={
        differing.length > 0
          ? `${differing.length} of ${settings.length} hyperparameters differ.`
          : 'All hyperparameters are the same.'
      }
      action={
        <FormControlLabel
          control={<Switch size="small" checked={all} onChange={(_, checked) => setAll(checked)} />}
          label="All hyperparameters"
        />
      }
      flush
    >
      <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label="Trials side by side">
        <Table size="small" aria-label="Trials side by side">
          <TableHead>
            <TableRow>
              <TableCell sx={head}>Trial</TableCell>
              {trials.map((trial, t) => (
                <TableCell key={trial.id} sx={cell}>
                  <Box sx={{ display: 'flex', gap: 1 }}>
                    <Swatch colour={seriesColours[t]} />
                    <ShowLink resource="trials" id={trial.id}>
                      {trialName(trial)}
                    </ShowLink>
                  </Box>
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {factRows(bestOf(trials)).map(([label, content]) => (
              <TableRow key={label}>
                <TableCell component="th" scope="row" sx={head}>
                  {label}
                </TableCell>
                {trials.map((trial) => (
                  <TableCell key={trial.id} sx={cell}>
                    {content(trial)}
                  </TableCell>
                ))}
              </TableRow>
            ))}
            {(all ? settings : differing).map(({ name, values, differs }) => (
              <TableRow key={name}>
                <TableCell component="th" scope="row" sx={head}>
                  {name}
                </TableCell>
                {values.map((value, t) => (
                  <TableCell
                    key={trials[t].id}
                    sx={{ ...cell, ...(differs ? { fontWeight: 700 } : { color: 'text.secondary' }) }}
                  >
                    {value}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </Section>
  );
}

const factRows = (best: ReadonlySet<string>): readonly Row[] => [
  ['Experiment', (t) => <ReferenceField record={t} source="experimentId" reference="experiments" link="show" />],
  [
    'Dataset version',
    (t) => <ReferenceField record={t} source="datasetVersionId" reference="dataset-versions" link="show" />,
  ],
  ['Network', (t) => t.networkName],
  ['State', (t) => <StateChip state={t.state} title={t.cause?.message} />],
  ['Device', (t) => t.device ?? '–'],
  [
    'Best validation accuracy',
    (t) => (
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, ...(best.has(t.id) && { fontWeight: 700 }) }}>
        {formatPercent(t.bestValidationAccuracy)}
        {best.has(t.id) && <Chip size="small" color="success" label="best" sx={{ height: 20 }} />}
      </Box>
    ),
  ],
  ['In epoch', (t) => t.bestEpoch ?? '–'],
  ['Took', (t) => took(t)],
];
