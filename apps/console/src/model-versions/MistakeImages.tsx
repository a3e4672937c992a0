import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { ThumbnailImage } from '../fields/ThumbnailImage';
import type { GateMistake } from './gate.mistakes';

const perPage = 48;

interface MistakeImagesProps {
  mistakes: readonly GateMistake[];
  classes: readonly string[];
  /** Names the list for assistive technology. */
  label: string;
}

/** Images called something else, a page at a time; each opens in full size. */
export function MistakeImages({ mistakes, classes, label }: MistakeImagesProps) {
  const [shown, setShown] = useState(perPage);
  return (
    <>
      <Box
        component="ul"
        aria-label={label}
        sx={{
          m: 0,
          p: 0,
          listStyle: 'none',
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: 'repeat(auto-fill, minmax(96px, 1fr))',
        }}
      >
        {mistakes.slice(0, shown).map((wrong) => {
          const actual = classes[wrong.actual];
          const predicted = classes[wrong.predicted];
          return (
            <Box component="li" key={wrong.sha256} title={wrong.file} sx={{ minWidth: 0, maxWidth: 160 }}>
              <a href={`/api/images/${wrong.sha256}`} target="_blank" rel="noreferrer">
                <ThumbnailImage sha256={wrong.sha256} alt={`A ${actual} called ${predicted}, ${wrong.file}`} />
              </a>
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
      {mistakes.length > shown && (
        <Button onClick={() => setShown(shown + perPage)} sx={{ mt: 1 }}>
          Show more
        </Button>
      )}
    </>
  );
}
