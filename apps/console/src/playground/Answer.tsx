import { Box, LinearProgress, Stack, Typography } from '@mui/material';
import type { ClassifyAnswer } from '@ratchet/contracts';
import { Digest } from '../fields/Digest';
import { Facts, Figure } from '../fields/Facts';
import { formatMs, formatPercent } from '../fields/format';
import { ranking } from './ranking';

const shown = 12;

/** What the champion said, how sure it was, which one it was and how long it took. */
export function Answer({ answer }: { answer: ClassifyAnswer }) {
  const { classes, predictions, timings, digest, generation } = answer;
  const [prediction] = predictions;
  const rows = ranking(classes, prediction.probabilities);
  return (
    <Stack spacing={2.5}>
      <Figure label="Class" value={prediction.class} hint={`${formatPercent(prediction.probability)} probable`} />
      <Stack spacing={1} component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }} aria-label="Probabilities">
        {rows.slice(0, shown).map(({ name, probability }) => (
          <Box
            component="li"
            key={name}
            sx={{ display: 'grid', gridTemplateColumns: 'minmax(48px, 30%) 1fr 72px', gap: 1, alignItems: 'center' }}
          >
            <Typography variant="body2" noWrap title={name}>
              {name}
            </Typography>
            <LinearProgress
              variant="determinate"
              value={probability * 100}
              aria-label={name}
              color={name === prediction.class ? 'primary' : 'inherit'}
              sx={name === prediction.class ? {} : { color: 'text.disabled' }}
            />
            <Typography variant="body2" align="right">
              {formatPercent(probability)}
            </Typography>
          </Box>
        ))}
      </Stack>
      {rows.length > shown && (
        <Typography variant="body2" color="text.secondary">
          {rows.length - shown} more classes below {formatPercent(rows[shown - 1].probability)}.
        </Typography>
      )}
      <Facts
        width={96}
        facts={[
          ['Generation', generation],
          ['Model', <Digest key="digest" value={digest} />],
          ['Waiting', formatMs(timings.queue)],
          ['Decoding', formatMs(timings.decode)],
          ['Inference', formatMs(timings.infer)],
          ['Together', formatMs(timings.total)],
        ]}
      />
    </Stack>
  );
}
