import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';
import { AppBar, Layout as AdminLayout, LinkBase, TitlePortal } from 'react-admin';
import { Mark } from './Mark';
import { Menu } from './Menu';

const Bar = () => (
  <AppBar color="default">
    <Box
      component={LinkBase}
      to="/"
      sx={{ display: 'flex', alignItems: 'center', gap: 1, color: 'inherit', textDecoration: 'none', mr: 2 }}
    >
      <Mark size={24} />
      <Typography sx={{ fontWeight: 700, letterSpacing: '-0.01em', display: { xs: 'none', sm: 'block' } }}>
        Ratchet
      </Typography>
    </Box>
    <TitlePortal
      variant="body1"
      component="h1"
      sx={{ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', color: 'text.secondary' }}
    />
  </AppBar>
);

export const Layout = ({ children }: { children: ReactNode }) => (
  <AdminLayout appBar={Bar} appBarAlwaysOn menu={Menu}>
    {children}
  </AdminLayout>
);
