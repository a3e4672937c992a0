import { Alert, Stack } from '@mui/material';
import { useGetList, useRecordContext } from 'react-admin';
import type { ModelVersionView, PromotionView } from '@ratchet/contracts';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';
import { Decision } from './Decision';

/** Why this model is or was not the champion: every gate decision about it, with its numbers. */
export function Evidence() {
  const model = useRecordContext<ModelVersionView>();
  const { data, error, refetch } = useGetList<PromotionView>(
    'promotions',
    {
      filter: { modelVersionId: model?.id },
      sort: { field: 'createdAt', order: 'DESC' },
      pagination: { page: 1, perPage: 50 },
    },
    { enabled: Boolean(model) },
  );
  return (
    <Section
      title="Evidence"
      hint="The gate compares both models image by image. Measured accuracy moves forward with every promotion; certainty grows with the discordant images."
    >
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading the evidence …</Waiting>}
      {data?.length === 0 && <Alert severity="info">The gate has not decided about this model yet.</Alert>}
      <Stack spacing={2}>
        {data?.map((decision) => (
          <Decision key={decision.id} decision={decision} />
        ))}
      </Stack>
    </Section>
  );
}
