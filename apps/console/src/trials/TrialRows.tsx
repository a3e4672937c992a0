import { DataTable, ReferenceField } from 'react-admin';
import type { TrialView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { formatPercent } from '../fields/format';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';
import { settingsOf } from '../hyperparameter-sets/grid.form';
import { CompareBar } from './CompareBar';
import { StepProgress } from './StepProgress';
import { took, trialName } from './trial.facts';

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
    selection={{ bar: <CompareBar />, nameOf: trialName }}
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
      sx={{ minWidth: 200 }}
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
      render={(t: TrialView) => (
        <>
          <StateChip state={t.state} title={t.cause?.message} />
          <StepProgress trial={t} />
        </>
      )}
    />
    <DataTable.Col
      align="right"
      source="bestValidationAccuracy"
      label="Validation accuracy"
      render={(t: TrialView) => formatPercent(t.bestValidationAccuracy)}
    />
    <DataTable.Col label="Took" disableSort sx={{ whiteSpace: 'nowrap' }} render={took} />
    <DataTable.Col source="queuedAt" label="Queued" render={(t: TrialView) => <Ago at={t.queuedAt} />} />
  </Rows>
);
