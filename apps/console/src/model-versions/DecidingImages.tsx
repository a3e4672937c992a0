import { useState } from 'react';
import { Alert, Box, Button, Typography } from '@mui/material';
import { useRecordContext } from 'react-admin';
import type { ModelVersionView, PromotionView } from '@ratchet/contracts';
import { formatCount } from '../fields/format';
import { Trouble, Waiting } from '../fields/Waiting';
import { decidingImages } from './gate.mistakes';
import { MistakeImages } from './MistakeImages';
import { useMistakes } from './useMistakes';

/** The gate images on which candidate and champion disagree: they alone decided. Asked for, because few look. */
export function DecidingImages({ decision }: { decision: PromotionView }) {
  const [open, setOpen] = useState(false);
  if (!decision.againstId || decision.gained + decision.lost === 0) return null;
  return (
    <Box sx={{ mt: 1.5 }}>
      <Button size="small" variant="outlined" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the images that decided' : 'Show the images that decided'}
      </Button>
      {open && <Images decision={decision} />}
    </Box>
  );
}

function Images({ decision }: { decision: PromotionView }) {
  const model = useRecordContext<ModelVersionView>();
  const candidate = useMistakes(decision.modelVersionId);
  const champion = useMistakes(decision.againstId);
  const failed = [candidate, champion].find((query) => query.error);
  if (failed) return <Trouble error={failed.error} retry={() => void failed.refetch()} />;
  if (!model || !candidate.data || !champion.data) return <Waiting>Comparing both models …</Waiting>;
  const { gained, lost } = decidingImages(candidate.data, champion.data);
  // The API lists the first thousand mistakes of a model; past that, or on another gate set, the sets do not add up.
  if (gained.length !== decision.gained || lost.length !== decision.lost)
    return (
      <Alert severity="info" sx={{ mt: 1 }}>
        These models make too many mistakes to be compared image by image here.
      </Alert>
    );
  const sides = [
    ['Only this one right', 'what the champion called them', gained],
    ['Only the champion right', 'what this one called them', lost],
  ] as const;
  return (
    <Box sx={{ display: 'grid', gap: 3, mt: 1.5, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' } }}>
      {sides.map(([title, called, mistakes]) => (
        <Box key={title} sx={{ minWidth: 0 }}>
          <Typography variant="subtitle2" gutterBottom>
            {title} ({formatCount(mistakes.length)}){mistakes.length > 0 && `, and ${called}`}
          </Typography>
          {mistakes.length === 0 && <Typography variant="body2">None.</Typography>}
          <MistakeImages mistakes={mistakes} classes={model.classes} label={title} />
        </Box>
      ))}
    </Box>
  );
}
