import { useId, type ReactNode } from 'react';
import { Box, Card, Typography } from '@mui/material';
import type { SxProps, Theme } from '@mui/material/styles';

interface SectionProps {
  title: ReactNode;
  hint?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  /** Content up to the edges, for tables. */
  flush?: boolean;
  sx?: SxProps<Theme>;
}

/** A titled card; the title names the region for assistive technology. */
export function Section({ title, hint, action, children, flush = false, sx }: SectionProps) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id} sx={{ minWidth: 0, ...sx }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', px: 2, pt: 1.75, pb: 1 }}>
        <Box sx={{ flex: '1 1 auto', minWidth: 0 }}>
          <Typography id={id} component="h2" variant="h6">
            {title}
          </Typography>
          {hint && (
            <Typography variant="body2" color="text.secondary">
              {hint}
            </Typography>
          )}
        </Box>
        {action}
      </Box>
      <Box sx={flush ? { overflowX: 'auto' } : { px: 2, pb: 2 }}>{children}</Box>
    </Card>
  );
}
