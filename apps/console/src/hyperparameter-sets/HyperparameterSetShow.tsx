import { Box } from '@mui/material';
import { DeleteButton, useRecordContext } from 'react-admin';
import type { HyperparameterSetView } from '@ratchet/contracts';
import { defaultHyperparameters } from '@ratchet/domain';
import { Facts } from '../fields/Facts';
import { formatCount, formatValue } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowPage } from '../fields/ShowPage';
import { gridGroups } from './grid.fields';

export default function HyperparameterSetShow() {
  return (
    <ShowPage title={<RecordTitle kind="Hyperparameters" />} actions={<DeleteButton mutationMode="pessimistic" />}>
      <Grid />
    </ShowPage>
  );
}

function Grid() {
  const set = useRecordContext<HyperparameterSetView>();
  if (!set) return null;
  return (
    <>
      <Section title={set.name} hint={set.description || undefined}>
        {formatCount(set.combinations)} {set.combinations === 1 ? 'combination' : 'combinations'} per dataset and
        network. Values that differ from the defaults stand out.
      </Section>
      {gridGroups.map(({ title, fields }) => (
        <Section key={title} title={title}>
          <Facts
            facts={fields.map(({ name, label }) => [
              label,
              name in set.grid ? (
                <Box component="b" sx={{ color: 'primary.main' }}>
                  {formatValue(set.grid[name])}
                </Box>
              ) : (
                <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
                  {formatValue(defaultHyperparameters[name])}
                </Box>
              ),
            ])}
          />
        </Section>
      ))}
    </>
  );
}
