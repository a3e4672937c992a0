import { useState } from 'react';
import { Chip, Typography } from '@mui/material';
import { useRecordContext } from 'react-admin';
import type { ModelVersionView } from '@ratchet/contracts';
import { ConfusionMatrix } from '../charts/ConfusionMatrix';
import { counted } from '../fields/format';
import { Section } from '../fields/Section';
import { Trouble, Waiting } from '../fields/Waiting';
import { ofMix, type Mix } from './gate.mistakes';
import { MistakeImages } from './MistakeImages';
import { useMistakes } from './useMistakes';

/** What the model mixes up, as a matrix and image by image: where a wrong label or a hard class shows itself. */
export function Mistakes() {
  const model = useRecordContext<ModelVersionView>();
  const [mix, setMix] = useState<Mix | null>(null);
  const { data, error, refetch } = useMistakes(model?.id);
  if (!model) return null;
  const { classes } = model;
  const picked = data && ofMix(data, mix);
  const name = mix && `${classes[mix.actual]} called ${classes[mix.predicted]}`;
  return (
    <>
      <Section
        title="Confusion on the gate set"
        hint="Of the exported file, in the serving runtime. Select a mistake to see its images below."
      >
        <ConfusionMatrix matrix={model.gateConfusion} classes={classes} onPick={setMix} />
      </Section>
      <Section
        title="Mistakes on the gate set"
        hint={picked && `${counted(picked.length, 'image')}${name ? '' : ' called something else'}.`}
        action={name && <Chip label={`Only ${name}`} onDelete={() => setMix(null)} />}
      >
        {error && <Trouble error={error} retry={() => void refetch()} />}
        {!data && !error && <Waiting>Loading the mistakes …</Waiting>}
        {data?.length === 0 && <Typography variant="body2">None: every gate image is right.</Typography>}
        {picked && <MistakeImages key={name} mistakes={picked} classes={classes} label={name ?? 'All mistakes'} />}
      </Section>
    </>
  );
}
