import { Box, Typography } from '@mui/material';
import { useNotify } from 'react-admin';
import type { DatasetItemView, TaskView } from '@ratchet/contracts';
import { client, messageOf } from '../api/client';
import { useItems } from '../dataset-versions/useItems';

const samples = 10;

/** A few of the task's own gate images, for those who have none at hand. */
export function GateSamples({ task, onPick }: { task: TaskView; onPick: (image: Blob) => void }) {
  const { data } = useItems(task.gateDatasetVersionId, { split: 'gate' }, 1, samples);
  const notify = useNotify();
  if (!data?.rows.length) return null;
  const pick = async (item: DatasetItemView) => {
    try {
      onPick(await (await client.send('GET', `/api/images/${item.sha256}`)).blob());
    } catch (error) {
      notify(messageOf(error), { type: 'error' });
    }
  };
  return (
    <div>
      <Typography variant="body2" color="text.secondary" gutterBottom>
        Or one of the gate set:
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {data.rows.map((item) => (
          <Box
            key={item.sha256}
            component="button"
            type="button"
            onClick={() => void pick(item)}
            title={`labelled ${item.className}`}
            sx={{
              p: 0,
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              bgcolor: 'transparent',
              cursor: 'pointer',
              lineHeight: 0,
            }}
          >
            <Box
              component="img"
              src={`/api/images/${item.sha256}/thumbnail?size=96`}
              alt={`Classify a ${item.className}`}
              sx={{ width: 48, height: 48, objectFit: 'contain', borderRadius: 1 }}
            />
          </Box>
        ))}
      </Box>
    </div>
  );
}
