import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { useRecordContext } from 'react-admin';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { sha256, type ModelVersionView } from '@ratchet/contracts';
import { client } from '../api/client';
import { formatCount } from '../fields/format';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';

const mistake = z.object({ sha256, file: z.string(), actual: z.int(), predicted: z.int() });
const perPage = 48;

/** The gate images that the model gets wrong: where a wrong label or a hard class shows itself. */
export function Mistakes() {
  const model = useRecordContext<ModelVersionView>();
  const [shown, setShown] = useState(perPage);
  const { data, error, refetch } = useQuery({
    queryKey: ['model-versions', 'mistakes', model?.id],
    enabled: Boolean(model),
    staleTime: Infinity,
    queryFn: () => client.call('GET', `/api/model-versions/${model?.id}/mistakes`, z.array(mistake)),
  });
  if (!model) return null;
  return (
    <Section
      title="Mistakes on the gate set"
      hint={data && `${formatCount(data.length)} images called something else.`}
    >
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading the mistakes …</Waiting>}
      {data?.length === 0 && <Typography variant="body2">None: every gate image is right.</Typography>}
      <Box
        component="ul"
        sx={{
          m: 0,
          p: 0,
          listStyle: 'none',
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: 'repeat(auto-fill, minmax(96px, 1fr))',
        }}
      >
        {data?.slice(0, shown).map((wrong) => {
          const actual = model.classes[wrong.actual];
          const predicted = model.classes[wrong.predicted];
          return (
            <Box component="li" key={wrong.sha256} title={wrong.file} sx={{ minWidth: 0 }}>
              <Box
                component="img"
                loading="lazy"
                src={`/api/images/${wrong.sha256}/thumbnail?size=96`}
                alt={`A ${actual} called ${predicted}, ${wrong.file}`}
                sx={{
                  display: 'block',
                  width: '100%',
                  aspectRatio: '1',
                  objectFit: 'contain',
                  bgcolor: 'action.hover',
                  borderRadius: 1,
                  border: 1,
                  borderColor: 'divider',
                }}
              />
              <Typography sx={{ fontSize: '0.75rem', overflowWrap: 'anywhere' }}>
                {actual} <span aria-hidden="true">→</span>
                <Box component="span" sx={{ color: 'error.main', fontWeight: 600 }}>
                  {' '}
                  {predicted}
                </Box>
              </Typography>
            </Box>
          );
        })}
      </Box>
      {data && data.length > shown && (
        <Button onClick={() => setShown(shown + perPage)} sx={{ mt: 1 }}>
          Show more
        </Button>
      )}
    </Section>
  );
}
