import { useEffect, type ReactNode } from 'react';
import { Box, type Theme, Typography, useMediaQuery } from '@mui/material';
import {
  AppBar,
  Layout as AdminLayout,
  LinkBase,
  Sidebar as AdminSidebar,
  type SidebarProps,
  TitlePortal,
  useSidebarState,
  useStore,
} from 'react-admin';
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

/**
 * On a phone the menu is a drawer that makes the page beneath inert. A window that becomes narrow begins without it: the
 * drawer must not open even for one rendering, for one that closes at once stays in the way.
 */
const Sidebar = (props: SidebarProps) => {
  const narrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'));
  const [open, setOpen] = useSidebarState();
  const [wasNarrow, setWasNarrow] = useStore('sidebar.narrow', false);
  useEffect(() => {
    if (narrow === wasNarrow) return;
    setOpen(!narrow);
    setWasNarrow(narrow);
  }, [narrow, wasNarrow, setOpen, setWasNarrow]);
  return <AdminSidebar {...props} open={open && narrow === wasNarrow} />;
};

export const Layout = ({ children }: { children: ReactNode }) => (
  <AdminLayout appBar={Bar} appBarAlwaysOn menu={Menu} sidebar={Sidebar}>
    {children}
  </AdminLayout>
);
