import { Box, Stack, Typography } from '@mui/material';
import type { PromotionView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Facts } from '../fields/Facts';
import { formatCount, formatMs, formatP, formatPercent } from '../fields/format';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';
import { DecidingImages } from './DecidingImages';

/** One decision of the gate. c and b are the names of promotion statistics: only the candidate, only the champion right. */
export function Decision({ decision }: { decision: PromotionView }) {
  const { againstId, outcome, state, reason, actor } = decision;
  return (
    <Box sx={{ borderLeft: 3, borderColor: outcome === 'promoted' ? 'success.main' : 'divider', pl: 2 }}>
      <Stack direction="row" useFlexGap spacing={1} sx={{ alignItems: 'center', flexWrap: 'wrap', mb: 0.5 }}>
        <StateChip state={outcome} />
        {state && <StateChip state={state} />}
        <Typography variant="body2" color="text.secondary">
          <Ago at={decision.createdAt} />
          {actor && ` by ${actor}`}
        </Typography>
      </Stack>
      <Typography variant="body2" sx={{ mb: 1 }}>
        {reason}
      </Typography>
      <Facts
        width={130}
        facts={[
          ['Gate accuracy', formatPercent(decision.gateAccuracy)],
          [
            'Against',
            againstId ? (
              <ShowLink key="against" resource="model-versions" id={againstId}>
                {formatPercent(decision.againstAccuracy)}
              </ShowLink>
            ) : (
              'no champion: the first'
            ),
          ],
          ...(againstId
            ? ([
                ['Only this one right (c)', formatCount(decision.gained)],
                ['Only the champion right (b)', formatCount(decision.lost)],
                ['Exact one-sided p', formatP(decision.p)],
                [
                  decision.testUnit === 'group' ? 'Groups that differ' : 'Images that differ',
                  formatCount(decision.testUnits),
                ],
              ] as const)
            : []),
          ['Gate images', formatCount(decision.gateImages)],
          ['Gate query (t)', decision.query],
          ['Latency', formatMs(decision.latencyMs)],
          ['Generation', decision.generation ?? '–'],
        ]}
      />
      <DecidingImages decision={decision} />
    </Box>
  );
}
