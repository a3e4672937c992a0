import { Pagination, ReferenceManyField } from 'react-admin';
import { Empty } from '../fields/Empty';
import { Section } from '../fields/Section';
import { TrialRows } from '../trials/TrialRows';

/** The live table: paged and sorted by the API however many trials there are. */
export const ExperimentTrials = () => (
  <Section title="Trials" flush>
    <ReferenceManyField
      reference="trials"
      target="experimentId"
      sort={{ field: 'bestValidationAccuracy', order: 'DESC' }}
      perPage={25}
      pagination={<Pagination rowsPerPageOptions={[10, 25, 100]} />}
      empty={<Empty title="No trial">This experiment has no trial.</Empty>}
    >
      <TrialRows withExperiment={false} />
    </ReferenceManyField>
  </Section>
);
