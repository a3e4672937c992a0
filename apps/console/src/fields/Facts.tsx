import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';

export type Fact = readonly [label: string, value: ReactNode];

/** Labels and values side by side, as many columns as fit. */
export function Facts({ facts, width = 150 }: { facts: readonly Fact[]; width?: number }) {
  return (
    <Box
      component="dl"
      sx={{ m: 0, display: 'grid', gap: 2, gridTemplateColumns: `repeat(auto-fill, minmax(${width}px, 1fr))` }}
    >
      {facts.map(([label, value]) => (
        <Box key={label} sx={{ minWidth: 0 }}>
          <Typography component="dt" sx={{ fontSize: '0.78rem', color: 'text.secondary' }}>
            {label}
          </Typography>
          <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere', fontWeight: 500 }}>
            {value}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}

/** A figure worth reading from across the room. */
export function Figure({ label, value, hint }: { label: string; value: ReactNode; hint?: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography sx={{ fontSize: '0.78rem', color: 'text.secondary' }}>{label}</Typography>
      <Typography variant="h4" component="p" sx={{ lineHeight: 1.2 }}>
        {value}
      </Typography>
      {hint && (
        <Typography component="div" variant="body2" color="text.secondary">
          {hint}
        </Typography>
      )}
    </Box>
  );
}
