import { DataTable, ReferenceField } from 'react-admin';
import type { TrialView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { formatDuration, formatPercent } from '../fields/format';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';
import { settingsOf } from '../hyperparameter-sets/grid.form';
import { StepProgress } from './StepProgress';

const took = ({ startedAt, finishedAt }: TrialView): string =>
  startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '–';

export const TrialRows = ({ withExperiment }: { withExperiment: boolean }) => (
  <Rows<TrialView>
    primary={(t) => (
      <>
        {t.networkName} <StateChip state={t.state} />
      </>
    )}
    secondary={(t) => (
      <>
        {settingsOf(t.hyperparameters)}
        <StepProgress trial={t} />
      </>
    )}
    tertiary={(t) => formatPercent(t.bestValidationAccuracy)}
  >
    <DataTable.Col
      label="Trial"
      disableSort
      sx={{ whiteSpace: 'nowrap' }}
      render={(t: TrialView) => <ShowLink>{t.networkName}</ShowLink>}
    />
    <DataTable.Col
      label="Hyperparameters"
      disableSort
      sx={{ minWidth: 240 }}
      render={(t: TrialView) => settingsOf(t.hyperparameters)}
    />
    {withExperiment && (
      <DataTable.Col label="Experiment" disableSort>
        <ReferenceField source="experimentId" reference="experiments" link="show" />
      </DataTable.Col>
    )}
    <DataTable.Col
      source="state"
      label="State"
      render={(t: TrialView) => <StateChip state={t.state} title={t.cause?.message} />}
    />
    <DataTable.Col label="Progress" disableSort render={(t: TrialView) => <StepProgress trial={t} />} />
    <DataTable.Col
      align="right"
      source="bestValidationAccuracy"
      label="Validation accuracy"
      render={(t: TrialView) => formatPercent(t.bestValidationAccuracy)}
    />
    <DataTable.Col label="Device" disableSort render={(t: TrialView) => t.device ?? '–'} />
    <DataTable.Col label="Took" disableSort render={took} />
    <DataTable.Col source="queuedAt" label="Queued" render={(t: TrialView) => <Ago at={t.queuedAt} />} />
  </Rows>
);
