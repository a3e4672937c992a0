import { List, ListSubheader, Divider } from '@mui/material';
import { Menu as AdminMenu, useCanAccess, useSidebarState } from 'react-admin';
import BiotechIcon from '@mui/icons-material/BiotechOutlined';
import DashboardIcon from '@mui/icons-material/SpaceDashboardOutlined';
import { sections, type Section } from './sections';

/** The whole product on one strip, in the order in which work flows. */
export function Menu() {
  return (
    <AdminMenu component="nav" role="navigation" aria-label="Main" sx={{ pt: 1, pb: 3 }}>
      <AdminMenu.Item role="link" to="/" primaryText="Dashboard" leftIcon={<DashboardIcon fontSize="small" />} />
      <AdminMenu.Item
        role="link"
        to="/playground"
        primaryText="Playground"
        leftIcon={<BiotechIcon fontSize="small" />}
      />
      {sections.map((section) => (
        <MenuSection key={section.title} {...section} />
      ))}
    </AdminMenu>
  );
}

function MenuSection({ title, items }: Section) {
  const [open] = useSidebarState();
  const { canAccess } = useCanAccess({ action: 'list', resource: items[0].to.slice(1) });
  if (!canAccess) return null;
  return (
    <List disablePadding component="div" role="group" aria-label={title}>
      {open ? (
        <ListSubheader
          component="div"
          disableSticky
          sx={{ bgcolor: 'transparent', lineHeight: 1, pt: 2, pb: 0.75, px: 2.25, fontSize: '0.72rem' }}
        >
          {title}
        </ListSubheader>
      ) : (
        <Divider sx={{ my: 1, mx: 2 }} />
      )}
      {items.map(({ to, label, Icon }) => (
        <AdminMenu.Item role="link" key={to} to={to} primaryText={label} leftIcon={<Icon fontSize="small" />} />
      ))}
    </List>
  );
}
