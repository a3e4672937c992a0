import { Box, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import type { ChallengeView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Figure } from '../fields/Facts';
import { counted, formatCount, formatMs, formatPercent } from '../fields/format';
import { ShowLink } from '../fields/ShowLink';
import { agreement, formatTerms, reachedShare } from './challenge.figures';

const shown = 8;
const millis = (ms: number | null) => (ms === null ? '–' : formatMs(ms));

/** What the fleet has seen of a challenge so far. */
export function ChallengeFigures({ challenge }: { challenge: ChallengeView }) {
  const { champion, challenger, compared, dropped, disagreements, mode } = challenge;
  const both = [
    ['Champion', champion],
    ['Challenger', challenger],
  ] as const;
  return (
    <>
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' }, mb: 2 }}>
        <Figure
          label="Challenger"
          value={
            <ShowLink resource="model-versions" id={challenge.modelVersionId}>
              Version {challenge.version}
            </ShowLink>
          }
          hint={
            <>
              generation {challenge.generation}, by {challenge.startedBy}, <Ago at={challenge.createdAt} />
            </>
          }
        />
        <Figure
          label="Share"
          value={formatPercent(reachedShare(challenge), 1)}
          hint={`asked for: ${formatTerms(challenge)}`}
        />
        <Figure
          label={mode === 'canary' ? 'Requests answered' : 'Requests shown'}
          value={formatCount(challenger.requests)}
          hint={
            mode === 'canary'
              ? `${formatCount(challenger.failed)} left to the champion`
              : `${formatCount(dropped)} dropped while busy`
          }
        />
        <Figure
          label="Agreement"
          value={formatPercent(agreement(challenge), 1)}
          hint={mode === 'canary' ? 'only a shadow is compared' : `on ${counted(compared, 'image')}`}
        />
      </Box>
      <Box
        sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: 'minmax(0,1fr)', md: 'repeat(2, minmax(0,1fr))' } }}
      >
        <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label="Both models">
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>Model</TableCell>
                <TableCell align="right">Requests</TableCell>
                <TableCell align="right">Failed</TableCell>
                <TableCell align="right">p50</TableCell>
                <TableCell align="right">p99</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {both.map(([name, figures]) => (
                <TableRow key={name}>
                  <TableCell component="th" scope="row">
                    {name}
                  </TableCell>
                  <TableCell align="right">{formatCount(figures.requests)}</TableCell>
                  <TableCell align="right">{formatCount(figures.failed)}</TableCell>
                  <TableCell align="right">{millis(figures.p50Ms)}</TableCell>
                  <TableCell align="right">{millis(figures.p99Ms)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
          <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
            Times are the models’ own, without waiting.
          </Typography>
        </Box>
        {mode === 'shadow' && (
          <div>
            <Typography variant="subtitle2">Most frequent disagreements</Typography>
            {disagreements.length === 0 && (
              <Typography variant="body2">{compared === 0 ? 'Nothing compared yet.' : 'None so far.'}</Typography>
            )}
            {disagreements.slice(0, shown).map((d) => (
              <Typography variant="body2" color="text.secondary" key={`${d.champion}:${d.challenger}`}>
                {formatCount(d.images)} × the champion said <b>{d.champion}</b>, the challenger <b>{d.challenger}</b>
              </Typography>
            ))}
            {disagreements.length > shown && (
              <Typography variant="body2" color="text.secondary">
                and {counted(disagreements.length - shown, 'more pair')} of classes
              </Typography>
            )}
          </div>
        )}
      </Box>
    </>
  );
}
